using System.Text.Json;

namespace TrainingGuards.Reporting.Json;

/// <summary>Reads what <see cref="VerdictJson"/> writes. The outcome is that which was computed where it was measured.</summary>
internal static class VerdictReader
{
    public static Verdict Of(JsonElement one)
    {
        var check = new ToldCheck(one.Text("check"), one.Text("tuned"), one.Text("claim"), Enum.Parse<Suite>(one.Text("suite")), one.TextOrNull("page"));
        JsonElement facts = one.GetProperty("facts"), where = one.GetProperty("where");
        var findings = new Findings
        {
            Where = where.ValueKind == JsonValueKind.Null ? null : new(where.Text("module"), where.TextOrNull("source")),
            Claims = [.. one.List("claims").Select(Measurement)],
            Controls = [.. one.List("controls").Select(Measurement)],
            Causes = [.. one.List("causes").Select(cause => new Cause(cause.Text("evidence"), cause.Text("remedy"), cause.TextOrNull("rule")))],
            RuledOut = one.Texts("ruledOut"),
            Notes = one.Texts("notes"),
            Curves = PicturesReader.Curves(one),
            Bars = PicturesReader.Bars(one),
            Matrices = PicturesReader.Matrices(one),
            Histograms = PicturesReader.Histograms(one),
            Sheets = PicturesReader.Sheets(one),
        };
        return Verdict.Told(
            check, findings, new(facts.TextOrNull("model"), facts.WholeOrNull("batchSize"), facts.WholeOrNull("seed"), facts.TextOrNull("device")),
            Cost(one.GetProperty("cost")), Outcome(one.Text("outcome")), one.TextOrNull("reason"));
    }

    public static Reading Reading(JsonElement one) => new(one.GetProperty("value").Real(), one.Text("culprit"));

    private static Cost Cost(JsonElement one) => new(one.GetProperty("forwards").GetInt32(), one.GetProperty("backwards").GetInt32(), one.GetProperty("steps").GetInt32(), one.GetProperty("examples").GetInt64());

    private static Outcome Outcome(string key) => key switch
    {
        "broken" => TrainingGuards.Outcome.Broken,
        "inconclusive" => TrainingGuards.Outcome.Inconclusive,
        "crashed" => TrainingGuards.Outcome.Crashed,
        "holds" => TrainingGuards.Outcome.Holds,
        "notApplicable" => TrainingGuards.Outcome.NotApplicable,
        _ => throw new FormatException($"the outcome {key} is not known"),
    };

    private static Measurement Measurement(JsonElement one)
    {
        JsonElement expected = one.GetProperty("expected");
        return new(one.Text("quantity"), Bound.Told(expected.RealOrNull("lower"), expected.RealOrNull("upper"), expected.Text("text"), expected.GetProperty("open").GetBoolean()), [.. one.List("readings").Select(Reading)]);
    }
}

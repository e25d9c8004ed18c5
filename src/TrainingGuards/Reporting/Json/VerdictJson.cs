using System.Text.Json;

namespace TrainingGuards.Reporting.Json;

/// <summary>A verdict as JSON.</summary>
internal static class VerdictJson
{
    public static void Write(Utf8JsonWriter json, Verdict verdict) => json.WriteObject(() =>
    {
        Findings findings = verdict.Findings;
        json.WriteString("check", verdict.Check.Name);
        json.WriteString("tuned", verdict.Check.ToString());
        json.WriteString("claim", verdict.Check.Claim);
        json.WriteString("suite", verdict.Check.Suite.ToString());
        json.WriteString("page", ProjectPages.Of(verdict.Check));
        json.WriteString("outcome", Standing.Of(verdict).Key);
        json.WriteString("reason", verdict.Reason);
        json.WriteString("setup", verdict.Setup);
        json.WriteObject("facts", () =>
        {
            json.WriteString("model", verdict.Facts.Model);
            Whole("batchSize", verdict.Facts.BatchSize);
            Whole("seed", verdict.Facts.Seed);
            json.WriteString("device", verdict.Facts.Device);
        });
        json.WriteObject("cost", () => Cost(json, verdict.Cost));
        if (findings.Where is { } where) json.WriteObject("where", () =>
        {
            json.WriteString("module", where.Module);
            json.WriteString("source", where.Source);
        });
        else json.WriteNull("where");
        json.WriteList("claims", findings.Claims, claim => Write(json, claim));
        json.WriteList("controls", findings.Controls, control => Write(json, control));
        json.WriteList("causes", findings.Causes, cause => json.WriteObject(() =>
        {
            json.WriteString("evidence", cause.Evidence);
            json.WriteString("remedy", cause.Remedy);
            json.WriteString("rule", cause.Rule);
        }));
        json.WriteList("ruledOut", findings.RuledOut, json.WriteStringValue);
        json.WriteList("notes", findings.Notes, json.WriteStringValue);
        PicturesJson.Write(json, findings.Curves, findings.Bars, findings.Matrices, findings.Histograms, findings.Sheets);

        void Whole(string name, long? value)
        {
            if (value is { } known) json.WriteNumber(name, known);
            else json.WriteNull(name);
        }
    });

    public static void Cost(Utf8JsonWriter json, Cost cost)
    {
        json.WriteNumber("forwards", cost.Forwards);
        json.WriteNumber("backwards", cost.Backwards);
        json.WriteNumber("steps", cost.Steps);
        json.WriteNumber("examples", cost.Examples);
        json.WriteReal("stepEquivalents", cost.StepEquivalents);
    }

    public static void Write(Utf8JsonWriter json, Reading reading) => json.WriteObject(() =>
    {
        json.WriteReal("value", reading.Value);
        json.WriteString("culprit", reading.Culprit);
    });

    private static void Write(Utf8JsonWriter json, Measurement measurement) => json.WriteObject(() =>
    {
        json.WriteString("quantity", measurement.Quantity);
        json.WriteObject("expected", () =>
        {
            json.WriteString("text", measurement.Expected.ToString());
            End("lower", measurement.Expected.Lower);
            End("upper", measurement.Expected.Upper);
            json.WriteBoolean("open", measurement.Expected.IsOpen);
        });
        json.WriteNumber("outside", measurement.Outside);
        json.WriteList("readings", measurement.Readings, reading => Write(json, reading));

        void End(string name, double? value)
        {
            if (value is { } finite) json.WriteReal(name, finite);
            else json.WriteNull(name);
        }
    });
}

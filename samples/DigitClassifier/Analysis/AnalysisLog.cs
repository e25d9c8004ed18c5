using System.Text.Json;

namespace DigitClassifier.Analysis;

/// <summary>What the rules of TrainingGuards said of a program when it was compiled.</summary>
/// <param name="Rules">The ids of the rules that ran.</param>
/// <param name="Warnings">Their warnings, in the order of the log.</param>
public sealed record AnalysisLog(IReadOnlyList<string> Rules, IReadOnlyList<RuleWarning> Warnings)
{
    // The rules' ids begin so; the log has those of other analyzers and of the compiler too.
    private const string Prefix = "TG";

    /// <summary>The log that the compiler left beside this program.</summary>
    /// <exception cref="InputException">There is none, or no rule of TrainingGuards ran.</exception>
    public static AnalysisLog OfThisProgram() => Read(Path.Combine(AppContext.BaseDirectory, $"{typeof(AnalysisLog).Assembly.GetName().Name}.sarif"));

    /// <summary>Reads a log in the format SARIF 2.1.</summary>
    /// <exception cref="InputException">There is no such log, or no rule of TrainingGuards ran.</exception>
    public static AnalysisLog Read(string path)
    {
        if (!File.Exists(path)) throw new InputException($"{path}: there is no such file. The compiler writes it; build the program anew.");
        using JsonDocument log = JsonDocument.Parse(File.ReadAllText(path));
        JsonElement run = log.RootElement.GetProperty("runs")[0];
        JsonElement driver = run.GetProperty("tool").GetProperty("driver");
        string[] rules = [.. Items(driver, "rules").Select(rule => Text(rule, "id")).Where(IsOurs).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        // That nothing was found means something only where something looked.
        if (rules.Length == 0) throw new InputException($"{path}: no rule of TrainingGuards ran. Build the program with its analyzers.");
        return new(
            rules,
            [.. Items(run, "results").Where(result => IsOurs(Text(result, "ruleId")) && !IsSuppressed(result)).Select(Warning)]);
    }

    private static RuleWarning Warning(JsonElement result)
    {
        JsonElement place = result.GetProperty("locations")[0].GetProperty("physicalLocation");
        string address = Text(place.GetProperty("artifactLocation"), "uri");
        return new(
            Text(result, "ruleId"),
            Text(result.GetProperty("message"), "text"),
            Uri.UnescapeDataString(address[(address.LastIndexOf('/') + 1)..]),
            place.GetProperty("region").GetProperty("startLine").GetInt32());
    }

    private static bool IsOurs(string id) => id.StartsWith(Prefix, StringComparison.Ordinal) && id.AsSpan(Prefix.Length).IndexOfAnyExceptInRange('0', '9') < 0;

    private static bool IsSuppressed(JsonElement result) => Items(result, "suppressions").Any();

    private static IEnumerable<JsonElement> Items(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement list) ? list.EnumerateArray() : Enumerable.Empty<JsonElement>();

    private static string Text(JsonElement parent, string name) => parent.GetProperty(name).GetString() ?? "";
}

using System.Text.Json;
using TrainingGuards.Reporting.Json;

namespace TrainingGuards.Reporting.Sarif;

/// <summary>A report as SARIF 2.1.0: the checks are its rules, what does not hold its results.</summary>
internal static class ReportSarif
{
    public static string Of(Report report) => JsonText.Of(json => json.WriteObject(() =>
    {
        json.WriteString("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
        json.WriteString("version", "2.1.0");
        json.WriteList("runs", [report], one => Run(json, one));
    }));

    private static void Run(Utf8JsonWriter json, Report report) => json.WriteObject(() =>
    {
        Check[] checks = [.. report.Verdicts.Select(verdict => verdict.Check).DistinctBy(check => check.Name).OrderBy(check => check.Name, StringComparer.Ordinal)];
        json.WriteObject("tool", () => json.WriteObject("driver", () =>
        {
            json.WriteString("name", "TrainingGuards");
            if (report.Versions.TryGetValue("TrainingGuards", out string? version)) json.WriteString("version", version);
            json.WriteString("informationUri", ProjectPages.Address);
            json.WriteList("rules", checks, check => Rule(json, check));
        }));
        json.WriteObject("automationDetails", () => json.WriteObject("description", () => json.WriteString("text", report.Title)));
        json.WriteString("columnKind", "utf16CodeUnits");
        json.WriteList("results", report.Verdicts.Where(verdict => verdict.Fails), verdict =>
            Result(json, verdict, Array.FindIndex(checks, check => check.Name == verdict.Check.Name)));
    });

    private static void Rule(Utf8JsonWriter json, Check check) => json.WriteObject(() =>
    {
        json.WriteString("id", check.Name);
        json.WriteObject("shortDescription", () => json.WriteString("text", check.Claim));
        if (ProjectPages.Of(check) is { } page) json.WriteString("helpUri", page);
    });

    private static void Result(Utf8JsonWriter json, Verdict verdict, int rule) => json.WriteObject(() =>
    {
        json.WriteString("ruleId", verdict.Check.Name);
        json.WriteNumber("ruleIndex", rule);
        json.WriteString("level", verdict.Outcome == Outcome.Broken ? "error" : "warning");
        json.WriteObject("message", () => json.WriteString("text", Message(verdict)));
        if (verdict.Findings.Where is { } where) json.WriteList("locations", [where], place => Location(json, place));
        json.WriteObject("properties", () =>
        {
            json.WriteString("outcome", Standing.Of(verdict).Key);
            json.WriteString("setup", verdict.Setup);
        });
    });

    private static void Location(Utf8JsonWriter json, Place place) => json.WriteObject(() =>
    {
        if (SourceLines.Of(place.Source) is { } lines) json.WriteObject("physicalLocation", () =>
        {
            json.WriteObject("artifactLocation", () =>
            {
                json.WriteString("uri", Uri.EscapeDataString(lines.File));
                json.WriteObject("description", () => json.WriteString("text", "The name of the file; its folder is not known."));
            });
            json.WriteObject("region", () =>
            {
                json.WriteNumber("startLine", lines.First);
                json.WriteNumber("endLine", lines.Last);
            });
        });
        json.WriteList("logicalLocations", [place.Module], module => json.WriteObject(() => json.WriteString("fullyQualifiedName", module)));
    });

    // One line, as an analyzer's warning: what was measured, why, what to do.
    private static string Message(Verdict verdict)
    {
        if (verdict.Reason is { } reason) return $"{verdict.Check} {(verdict.Outcome == Outcome.Inconclusive ? "is inconclusive" : "did not run to its end")}: {reason}";
        IEnumerable<string> measured = verdict.Findings.Claims.Where(claim => claim.Outside > 0).Select(claim => $"{claim}, expected {claim.Expected}");
        string text = $"{verdict.Check} is broken: {string.Join("; ", measured)}.";
        return verdict.Findings.Causes is [var cause, ..] ? $"{text} Because {cause}: {cause.Remedy}." : text;
    }
}

using SeededFailures.Results;

namespace SeededFailures.Scoring;

/// <summary>The section of docs/evidence.md that is made of the results.</summary>
internal static class EvidencePage
{
    private const string Begin = "<!-- begin of what bench/SeededFailures generates -->", End = "<!-- end of what bench/SeededFailures generates -->";

    /// <summary>The page with its section renewed.</summary>
    public static string Into(string page, ResultsFile results)
    {
        string section = $"{Begin}\n\n{EvidenceSection.Of(results).Trim()}\n\n{End}";
        int begin = page.IndexOf(Begin, StringComparison.Ordinal), end = page.IndexOf(End, StringComparison.Ordinal);
        return begin < 0 || end < 0 ? $"{page.TrimEnd()}\n\n{section}\n" : string.Concat(page.AsSpan(0, begin), section, page.AsSpan(end + End.Length));
    }
}

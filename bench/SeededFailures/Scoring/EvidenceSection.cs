using SeededFailures.Results;

namespace SeededFailures.Scoring;

/// <summary>What the results say.</summary>
internal static class EvidenceSection
{
    public static string Of(ResultsFile results) => results.Find(Result.Sound, Result.Sound, Result.Typed)?.Description ?? string.Empty;
}

namespace SeededFailures.Results;

/// <summary>One run of the suite.</summary>
/// <param name="Seed">Its seed.</param>
/// <param name="Broken">The checks that are broken, in the order in which they are reported.</param>
/// <param name="Unsure">The checks that could not tell or did not end.</param>
/// <param name="Steps">What all of it cost, in training steps.</param>
/// <param name="ToFirst">What it cost up to the first broken check, in training steps.</param>
/// <param name="Seconds">How long all of it took.</param>
internal sealed record SuiteRun(long Seed, IReadOnlyList<string> Broken, IReadOnlyList<string> Unsure, double Steps, double ToFirst, double Seconds);

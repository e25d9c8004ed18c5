namespace TrainingGuards;

/// <summary>The most that one check may cost. A check that would need more is inconclusive, and says how far it came.</summary>
/// <param name="Time">The longest that it may take; null for as long as it takes.</param>
/// <param name="StepEquivalents">The most training-step equivalents (<see cref="Cost.StepEquivalents"/>) that it may spend; null for as many as it takes.</param>
public sealed record Budget(TimeSpan? Time = null, double? StepEquivalents = null)
{
    /// <summary>As much as it takes.</summary>
    public static Budget Unlimited { get; } = new();
}

using TrainingGuards.Reporting;

namespace TrainingGuards;

/// <summary>How far a check is that takes longer than two seconds.</summary>
/// <param name="Check">The check.</param>
/// <param name="Done">What it has spent, in training-step equivalents (<see cref="Cost.StepEquivalents"/>).</param>
/// <param name="Total">What it will have spent at most, as far as it knows; null where it does not.</param>
/// <param name="Elapsed">How long it has taken.</param>
public sealed record CheckProgress(Check Check, double Done, double? Total, TimeSpan Elapsed)
{
    /// <summary>The part that is done, 0 to 1; null where the whole is not known.</summary>
    public double? Part => Total > 0 ? Math.Min(1, Done / Total.Value) : null;

    /// <summary>In words: <c>OneBatchOverfits: 120 of 400 steps, 3.2 s</c>.</summary>
    public override string ToString() =>
        $"{Check.Name}: {Numbers.Text(Math.Floor(Done))}{(Total is { } total ? $" of {Numbers.Text(Math.Floor(total))}" : "")} steps, {Numbers.Text(Math.Round(Elapsed.TotalSeconds, 1))} s";
}

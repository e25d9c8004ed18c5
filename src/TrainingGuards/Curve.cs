namespace TrainingGuards;

/// <summary>A quantity over training steps, for the eye.</summary>
/// <param name="Quantity">What is drawn: <c>loss</c>.</param>
/// <param name="Values">The values in order, one a step unless <paramref name="Over"/> says otherwise.</param>
/// <param name="Over">What they are counted by, one at each: <c>step</c>.</param>
public sealed record Curve(string Quantity, IReadOnlyList<double> Values, string Over = "step")
{
    /// <summary>Values worth comparing with: a goal, the floor, chance.</summary>
    public IReadOnlyList<Level> Levels { get; init; } = [];
}

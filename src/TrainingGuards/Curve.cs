namespace TrainingGuards;

/// <summary>A quantity over training steps, for the eye.</summary>
/// <param name="Quantity">What is drawn: <c>loss</c>.</param>
/// <param name="Values">The values in order, one a step unless the quantity says otherwise.</param>
public sealed record Curve(string Quantity, IReadOnlyList<double> Values);

namespace TrainingGuards;

/// <summary>A quantity of several named things, for the eye: examples of each class, gradients of each layer.</summary>
/// <param name="Quantity">What is drawn: <c>examples</c>.</param>
/// <param name="Over">What the names are of: <c>class</c>.</param>
/// <param name="Values">The value of each, in order.</param>
public sealed record Bars(string Quantity, string Over, IReadOnlyList<Reading> Values);

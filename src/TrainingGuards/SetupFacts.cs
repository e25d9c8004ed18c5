using TrainingGuards.Reporting;

namespace TrainingGuards;

/// <summary>What a verdict was measured on; null is what is not known.</summary>
/// <param name="Model">The model, by its type's name.</param>
/// <param name="BatchSize">How many examples a batch has; null where none was drawn.</param>
/// <param name="Seed">The seed that all of it was built from.</param>
/// <param name="Device">Where it ran: <c>cpu</c>, <c>cuda:0</c>.</param>
public sealed record SetupFacts(string? Model, long? BatchSize = null, long? Seed = null, string? Device = null)
{
    /// <summary>All that is known, in a line: <c>DigitNet, batch of 64, seed 0, cpu</c>.</summary>
    public override string ToString() => string.Join(", ", new[]
    {
        Model,
        BatchSize is { } size ? $"batch of {Numbers.Text(size)}" : null,
        Seed is { } seed ? $"seed {Numbers.Text(seed)}" : null,
        Device,
    }.Where(fact => !string.IsNullOrEmpty(fact)));
}

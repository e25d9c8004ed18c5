using Microsoft.CodeAnalysis;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Functions applied one after another that lose what the last one needs.</summary>
/// <param name="inner">The operation that loses it.</param>
/// <param name="inside">What is lost, as a message calls it.</param>
/// <param name="harm">What becomes of the result.</param>
/// <param name="cure">What to do.</param>
/// <param name="instead">The expression that computes the same at once, null where it is not certain.</param>
internal sealed class Composition(IOperation inner, string inside, string harm, string cure, string? instead = null)
{
    public IOperation Inner { get; } = inner;

    public string Inside { get; } = inside;

    public string Harm { get; } = harm;

    public string Cure { get; } = cure;

    public string? Instead { get; } = instead;
}

using Microsoft.CodeAnalysis;

namespace TrainingGuards.Analyzers.Schedule;

/// <summary>A number that is far from what trains.</summary>
/// <param name="place">Where it is said.</param>
/// <param name="defect">What it does, a sentence without its point.</param>
/// <param name="cure">What to say instead, a sentence without its point.</param>
/// <param name="missing">The argument that is to be given, null where one is to be changed.</param>
internal sealed class UnlikelyNumber(SyntaxNode place, string defect, string cure, string? missing = null)
{
    public SyntaxNode Place { get; } = place;

    public string Defect { get; } = defect;

    public string Cure { get; } = cure;

    public string? Missing { get; } = missing;
}

using Microsoft.CodeAnalysis;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>One step of making a module.</summary>
/// <param name="kind">What it does.</param>
/// <param name="operation">The assignment, call or initialised value.</param>
/// <param name="isCertain">Whether it runs whenever the constructor does.</param>
/// <param name="member">The field or auto-property that is assigned or added to.</param>
/// <param name="value">What it gets.</param>
internal sealed class ConstructionStep(
    ConstructionKind kind, IOperation? operation, bool isCertain, ISymbol? member = null, IOperation? value = null)
{
    public ConstructionKind Kind { get; } = kind;

    /// <summary>Null where it lies in another assembly.</summary>
    public IOperation? Operation { get; } = operation;

    public bool IsCertain { get; } = isCertain;

    public ISymbol? Member { get; } = member;

    public IOperation? Value { get; } = value;

    public override string ToString() => $"{(IsCertain ? "" : "maybe ")}{Kind} {Member?.Name}".TrimEnd();
}

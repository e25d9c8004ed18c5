using Microsoft.CodeAnalysis;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>A place that gives a local or a parameter its value.</summary>
internal sealed class Definition(int index, ISymbol symbol, SyntaxNode? syntax, IOperation? value)
{
    /// <summary>Its place among all definitions of a body.</summary>
    public int Index { get; } = index;

    public ISymbol Symbol { get; } = symbol;

    /// <summary>Where it stands; null for the value that a parameter comes in with.</summary>
    public SyntaxNode? Syntax { get; } = syntax;

    /// <summary>The value given, an operation of the original tree; null where it cannot be seen: an out argument, a loop variable, a pattern.</summary>
    /// <remarks>For <c>x += y</c> it is that whole operation.</remarks>
    public IOperation? Value { get; } = value;

    /// <summary>Whether it is the value that a parameter comes in with.</summary>
    public bool IsEntry => Syntax is null;
}

using Microsoft.CodeAnalysis;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>One thing that happens in a body, at a place in its control flow.</summary>
internal sealed class TorchEvent(EventKind kind, IOperation operation, Receiver? receiver, IOperation? value, int block, int index)
{
    public EventKind Kind { get; } = kind;

    /// <summary>The operation of the control-flow graph.</summary>
    public IOperation Operation { get; } = operation;

    public SyntaxNode Syntax => Operation.Syntax;

    /// <summary>What it happens to, null where that has no name.</summary>
    public Receiver? Receiver { get; } = receiver;

    /// <summary>What is assigned.</summary>
    public IOperation? Value { get; } = value;

    /// <summary>Its basic block.</summary>
    public int Block { get; } = block;

    /// <summary>Its place in the block.</summary>
    public int Index { get; } = index;

    public bool Is(EventKind kinds) => (Kind & kinds) != EventKind.None;

    public override string ToString() => $"{Kind} {Receiver}";
}

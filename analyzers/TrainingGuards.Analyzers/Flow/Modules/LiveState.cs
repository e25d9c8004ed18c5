using Microsoft.CodeAnalysis;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>The tensors of a module that something keeps by reference: whoever reads them later reads what they have become.</summary>
/// <param name="holder">The local, field or property that keeps them.</param>
/// <param name="element">Which element of the holder's tuple it is, null where it is all of the holder.</param>
/// <param name="shared">The expression that is kept and not copied: the dictionary, or the value of an entry.</param>
/// <param name="value">What is given to the holder, or to an entry of it; one of several values where others may be given instead.</param>
/// <param name="module">The module, as <paramref name="body"/> names it.</param>
/// <param name="taken">What takes its state in that body: state_dict(), or a call that leads to it.</param>
/// <param name="body">The body that keeps it, or that has it kept.</param>
internal sealed class LiveState(ISymbol holder, int? element, IOperation shared, IOperation value, Receiver module, IOperation taken, MethodBody body)
{
    public ISymbol Holder { get; } = holder;

    public int? Element { get; } = element;

    public IOperation Shared { get; } = shared;

    public IOperation Value { get; } = value;

    public Receiver Module { get; } = module;

    public IOperation Taken { get; } = taken;

    public MethodBody Body { get; } = body;

    /// <summary>Whether another is kept in the same place.</summary>
    public bool IsWith(LiveState other) => TorchSymbols.Same(Holder, other.Holder) && Element == other.Element;
}

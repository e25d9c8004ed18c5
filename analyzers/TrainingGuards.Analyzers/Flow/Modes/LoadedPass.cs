using System.Collections.Immutable;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>A forward pass of a module that depends on its mode and has been loaded before, on some path at least.</summary>
internal sealed class LoadedPass(IInvocationOperation forward, MethodBody body, EventGraph graph, Receiver module, Layer layer, ImmutableHashSet<ModeFact> modes)
{
    /// <summary>The call of the module, an operation of the tree.</summary>
    public IInvocationOperation Forward { get; } = forward;

    public MethodBody Body { get; } = body;

    public EventGraph Graph { get; } = graph;

    public Receiver Module { get; } = module;

    /// <summary>What makes it depend on the mode.</summary>
    public Layer Layer { get; } = layer;

    /// <summary>The modes that it may be in, each with the load that came last.</summary>
    public ImmutableHashSet<ModeFact> Modes { get; } = modes;
}

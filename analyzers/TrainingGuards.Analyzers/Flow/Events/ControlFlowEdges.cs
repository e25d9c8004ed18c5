using System.Collections.Immutable;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>The edges of a control-flow graph with the detours that the graph leaves to its reader: through finally, and into catch.</summary>
internal sealed class ControlFlowEdges
{
    private readonly ImmutableArray<HashSet<int>> _edges;
    private readonly ImmutableArray<HashSet<int>> _handlers;

    public ControlFlowEdges(ControlFlowGraph graph)
    {
        _edges = graph.Blocks.Select(_ => new HashSet<int>()).ToImmutableArray();
        _handlers = graph.Blocks.Select(_ => new HashSet<int>()).ToImmutableArray();
        foreach (BasicBlock block in graph.Blocks)
        {
            Add(block.FallThroughSuccessor);
            Add(block.ConditionalSuccessor);
        }
        AddHandlers(graph.Root);
    }

    /// <summary>Where control goes at the end of a block.</summary>
    public IEnumerable<int> From(int block) => _edges[block];

    /// <summary>Where an exception goes from anywhere in a block.</summary>
    public IEnumerable<int> Handlers(int block) => _handlers[block];

    private void Add(ControlFlowBranch? branch)
    {
        if (branch is null)
        {
            return;
        }
        int from = branch.Source.Ordinal;
        foreach (ControlFlowRegion final in branch.FinallyRegions)
        {
            _edges[from].Add(final.FirstBlockOrdinal);
            from = final.LastBlockOrdinal;
        }
        if (branch.Destination is { } destination)
        {
            _edges[from].Add(destination.Ordinal);
        }
    }

    private void AddHandlers(ControlFlowRegion region)
    {
        if (region.Kind == ControlFlowRegionKind.TryAndCatch)
        {
            ControlFlowRegion tried = region.NestedRegions[0];
            foreach (ControlFlowRegion handler in region.NestedRegions.Skip(1))
            {
                for (int block = tried.FirstBlockOrdinal; block <= tried.LastBlockOrdinal; block++)
                {
                    _handlers[block].Add(handler.FirstBlockOrdinal);
                }
            }
        }
        foreach (ControlFlowRegion nested in region.NestedRegions)
        {
            AddHandlers(nested);
        }
    }
}

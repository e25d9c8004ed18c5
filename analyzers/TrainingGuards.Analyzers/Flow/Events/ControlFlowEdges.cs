using Microsoft.CodeAnalysis.FlowAnalysis;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>The edges of a control-flow graph with the detours that the graph leaves to its reader: through finally, and into catch.</summary>
internal sealed class ControlFlowEdges
{
    private readonly List<int>[] _edges;

    // Null for the many blocks that no try is around.
    private readonly List<int>?[] _handlers;

    public ControlFlowEdges(ControlFlowGraph graph)
    {
        _edges = new List<int>[graph.Blocks.Length];
        _handlers = new List<int>?[graph.Blocks.Length];
        for (int block = 0; block < _edges.Length; block++)
        {
            _edges[block] = [];
        }
        foreach (BasicBlock block in graph.Blocks)
        {
            Add(block.FallThroughSuccessor);
            Add(block.ConditionalSuccessor);
        }
        AddHandlers(graph.Root);
    }

    /// <summary>Where control goes at the end of a block.</summary>
    public IReadOnlyList<int> From(int block) => _edges[block];

    /// <summary>Where an exception goes from anywhere in a block.</summary>
    public IReadOnlyList<int> Handlers(int block) => _handlers[block] ?? (IReadOnlyList<int>)[];

    private void Add(ControlFlowBranch? branch)
    {
        if (branch is null)
        {
            return;
        }
        int from = branch.Source.Ordinal;
        foreach (ControlFlowRegion final in branch.FinallyRegions)
        {
            AddOnce(_edges[from], final.FirstBlockOrdinal);
            from = final.LastBlockOrdinal;
        }
        if (branch.Destination is { } destination)
        {
            AddOnce(_edges[from], destination.Ordinal);
        }
    }

    private static void AddOnce(List<int> blocks, int block)
    {
        if (!blocks.Contains(block))
        {
            blocks.Add(block);
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
                    AddOnce(_handlers[block] ??= [], handler.FirstBlockOrdinal);
                }
            }
        }
        foreach (ControlFlowRegion nested in region.NestedRegions)
        {
            AddHandlers(nested);
        }
    }
}

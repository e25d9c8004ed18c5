using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Which definitions of a local or parameter can reach each of its uses in a body, nested functions included.</summary>
/// <remarks>
/// The control-flow graph holds rewritten copies of the operations; uses and definitions are known by their syntax, so that callers
/// ask with operations of the original tree and are answered with such. Every set is complete (a superset, where exceptions and
/// finally blocks are concerned): what holds for all its members is certain.
/// </remarks>
internal sealed class ReachingDefinitions
{
    private static readonly ConditionalWeakTable<ControlFlowGraph, ReachingDefinitions> Known = new();

    private readonly DefinitionCollector _collected;

    // Most variables have one definition, which reaches wherever it is asked of.
    private readonly Lazy<Dictionary<SyntaxNode, List<Definition>>> _reaching;

    private ReachingDefinitions(ControlFlowGraph graph)
    {
        _collected = new DefinitionCollector(graph);
        _reaching = new(() =>
        {
            Dictionary<SyntaxNode, List<Definition>> reads = [];
            foreach (DefinitionCollector.Function function in _collected.Functions)
            {
                Solve(function, reads);
            }
            return reads;
        });
    }

    /// <summary>The definitions of a body; one analysis serves every rule.</summary>
    public static ReachingDefinitions Of(ControlFlowGraph graph) => Known.GetValue(graph, static known => new ReachingDefinitions(known));

    /// <summary>Every definition that can reach a reference to <paramref name="symbol"/>, null where that is unknown.</summary>
    public IReadOnlyList<Definition>? Reaching(SyntaxNode reference, ISymbol symbol)
    {
        if (_collected.IsAliased(symbol))
        {
            return null;
        }
        IReadOnlyList<Definition> all = _collected.Of(symbol);
        if (all.Count == 1)
        {
            return all;
        }
        return !_collected.IsShared(symbol) && _reaching.Value.TryGetValue(reference, out List<Definition>? reaching) && reaching.Count > 0
            ? reaching
            : null;
    }

    private void Solve(DefinitionCollector.Function function, Dictionary<SyntaxNode, List<Definition>> reads)
    {
        var blocks = function.Graph.Blocks;
        var ins = new DefinitionSet[blocks.Length];
        for (int i = 0; i < ins.Length; i++)
        {
            ins[i] = new DefinitionSet(_collected.Count);
        }
        foreach (Definition entry in function.Entries)
        {
            ins[0].Add(entry);
        }
        // Everything only grows, so this ends; a body has few blocks, and most settle in two rounds.
        for (bool changed = true; changed;)
        {
            changed = false;
            foreach (BasicBlock block in blocks)
            {
                DefinitionSet after = Transfer(function, block, ins[block.Ordinal], reads: null);
                changed |= Flow(function, block.FallThroughSuccessor, after, ins);
                changed |= Flow(function, block.ConditionalSuccessor, after, ins);
                // An exception leaves a try block anywhere: before or after each of its definitions.
                foreach (ControlFlowRegion handler in Handlers(function.Graph, block))
                {
                    DefinitionSet entering = ins[handler.FirstBlockOrdinal];
                    changed |= entering.UnionWith(ins[block.Ordinal]) | entering.UnionWith(function.Definitions(block));
                }
            }
        }
        foreach (BasicBlock block in blocks)
        {
            _ = Transfer(function, block, ins[block.Ordinal], reads);
        }
    }

    /// <summary>Where an exception in a block may lead: to the catch, filter and finally regions around it.</summary>
    /// <remarks>The root of a nested function is enclosed by regions of another graph, with other blocks.</remarks>
    private static IEnumerable<ControlFlowRegion> Handlers(ControlFlowGraph graph, BasicBlock block)
    {
        for (ControlFlowRegion region = block.EnclosingRegion; region != graph.Root; region = region.EnclosingRegion!)
        {
            if (region.Kind == ControlFlowRegionKind.Try)
            {
                foreach (ControlFlowRegion handler in region.EnclosingRegion!.NestedRegions.Where(sibling => sibling != region))
                {
                    yield return handler;
                }
            }
        }
    }

    private static bool Flow(DefinitionCollector.Function function, ControlFlowBranch? branch, DefinitionSet after, DefinitionSet[] ins)
    {
        if (branch?.Destination is not { } destination)
        {
            return false;
        }
        DefinitionSet entering = ins[destination.Ordinal];
        bool changed = entering.UnionWith(after);
        foreach (ControlFlowRegion passed in branch.FinallyRegions)
        {
            for (int i = passed.FirstBlockOrdinal; i <= passed.LastBlockOrdinal; i++)
            {
                changed |= entering.UnionWith(function.Definitions(function.Graph.Blocks[i]));
            }
        }
        return changed;
    }

    private DefinitionSet Transfer(
        DefinitionCollector.Function function, BasicBlock block, DefinitionSet before, Dictionary<SyntaxNode, List<Definition>>? reads)
    {
        DefinitionSet now = before.Copy();
        foreach (DefinitionCollector.Event happening in function.Events(block))
        {
            if (happening.Definition is { } definition)
            {
                now.Replace(_collected.Of(definition.Symbol), definition);
            }
            else if (reads is not null)
            {
                if (!reads.TryGetValue(happening.Reference!, out List<Definition>? reaching))
                {
                    reads.Add(happening.Reference!, reaching = []);
                }
                reaching.AddRange(_collected.Of(happening.Symbol).Where(candidate => now.Contains(candidate) && !reaching.Contains(candidate)));
            }
        }
        return now;
    }
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>What of a body may run after a point of it, and before another is come past again.</summary>
internal static class Continuation
{
    /// <summary>Whether control can go from the end of <paramref name="start"/> to <paramref name="end"/> without evaluating <paramref name="barrier"/>; all in one body.</summary>
    public static bool CanReach(SyntaxNode start, SyntaxNode end, SyntaxNode barrier, MethodBody body)
    {
        if (body.Graph is not { } graph || BlockOf(start, graph) is not { } from || BlockOf(end, graph) is not { } to)
        {
            return false;
        }
        // In one block, what ends later is evaluated later: an operand before its operation.
        if (from == to && end.Span.End >= start.Span.End && end != start)
        {
            return true;
        }
        int? stop = BlockOf(barrier, graph)?.Ordinal;
        var edges = new ControlFlowEdges(graph);
        var seen = new HashSet<int>();
        var pending = new Stack<int>();
        pending.Push(from.Ordinal);
        while (pending.Count > 0)
        {
            int block = pending.Pop();
            foreach (int next in edges.From(block).Concat(edges.Handlers(block)).Where(next => next != stop && seen.Add(next)))
            {
                if (next == to.Ordinal)
                {
                    return true;
                }
                pending.Push(next);
            }
        }
        return false;
    }

    private static BasicBlock? BlockOf(SyntaxNode syntax, ControlFlowGraph graph) => graph.Blocks.FirstOrDefault(block =>
        block.Operations.Concat(block.BranchValue is { } value ? [value] : Enumerable.Empty<IOperation>())
            .SelectMany(operation => operation.DescendantsAndSelf()).Any(operation => operation.Syntax == syntax && operation is not IFlowCaptureReferenceOperation));
}

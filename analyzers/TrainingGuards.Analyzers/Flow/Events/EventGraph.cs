using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>The events of one body in the order of its control flow: what protocol rules ask their questions of.</summary>
internal sealed class EventGraph
{
    private readonly ImmutableArray<ImmutableArray<TorchEvent>> _blocks;
    private readonly ControlFlowEdges _edges;

    private EventGraph(MethodBody body, ImmutableArray<ImmutableArray<TorchEvent>> blocks, ControlFlowEdges edges)
    {
        Body = body;
        _blocks = blocks;
        _edges = edges;
        All = blocks.SelectMany(block => block).ToImmutableArray();
    }

    public MethodBody Body { get; }

    /// <summary>Every event, block by block.</summary>
    public ImmutableArray<TorchEvent> All { get; }

    /// <summary>Reads the events of a body, null where it has no control-flow graph.</summary>
    public static EventGraph? Of(MethodBody body, TorchSymbols torch)
    {
        if (body.Graph is not { } graph)
        {
            return null;
        }
        var collector = new EventCollector(graph, body.Locals, torch);
        return new EventGraph(body, graph.Blocks.Select(collector.EventsOf).ToImmutableArray(), new ControlFlowEdges(graph));
    }

    /// <summary>The events of the given kinds.</summary>
    public IEnumerable<TorchEvent> Of(EventKind kinds) => All.Where(candidate => candidate.Is(kinds));

    /// <summary>The event of a piece of syntax, null where there is none.</summary>
    public TorchEvent? At(SyntaxNode syntax, EventKind kinds) => All.FirstOrDefault(candidate => candidate.Is(kinds) && candidate.Syntax == syntax);

    /// <summary>
    /// What holds just before <paramref name="point"/>, or at the end of the body where it is null: facts start at the entry, are changed
    /// by every event, and are united where control flow joins. Null where the point cannot be reached.
    /// </summary>
    public ImmutableHashSet<T>? Before<T>(TorchEvent? point, ImmutableHashSet<T> entry, Func<TorchEvent, ImmutableHashSet<T>, ImmutableHashSet<T>> change)
    {
        var inputs = new ImmutableHashSet<T>?[_blocks.Length];
        inputs[0] = entry;
        var pending = new Queue<int>();
        pending.Enqueue(0);
        while (pending.Count > 0)
        {
            int block = pending.Dequeue();
            ImmutableHashSet<T> facts = inputs[block]!, anywhere = facts;
            foreach (TorchEvent step in _blocks[block])
            {
                facts = change(step, facts);
                anywhere = anywhere.Union(facts);
            }
            Reach(_edges.From(block), facts);
            Reach(_edges.Handlers(block), anywhere);
        }
        return point is null
            ? inputs[_blocks.Length - 1]
            : inputs[point.Block] is { } start ? _blocks[point.Block].Take(point.Index).Aggregate(start, (facts, step) => change(step, facts)) : null;

        void Reach(IEnumerable<int> blocks, ImmutableHashSet<T> facts)
        {
            foreach (int next in blocks)
            {
                ImmutableHashSet<T> united = inputs[next] is { } known ? known.Union(facts) : facts;
                if (inputs[next] is null || united.Count > inputs[next]!.Count)
                {
                    inputs[next] = united;
                    pending.Enqueue(next);
                }
            }
        }
    }

    /// <summary>
    /// Whether every path to <paramref name="point"/> holds an event that <paramref name="sets"/> with none after it that <paramref name="clears"/>:
    /// "an eval() of this model, and no train() since".
    /// </summary>
    public Answer AlwaysSetBefore(TorchEvent point, Func<TorchEvent, bool> sets, Func<TorchEvent, bool> clears)
    {
        object isSet = true, isClear = false;
        ImmutableHashSet<object> set = ImmutableHashSet.Create(isSet), clear = ImmutableHashSet.Create(isClear);
        ImmutableHashSet<object>? facts = Before(point, clear, (step, before) => sets(step) ? set : clears(step) ? clear : before);
        return facts switch
        {
            null => Answer.Unknown,
            { Count: 1 } => facts.Contains(isSet) ? Answer.Yes : Answer.No,
            _ => Answer.Unknown,
        };
    }

    /// <summary>Whether control can go from <paramref name="start"/> (null: the entry) to <paramref name="end"/> (null: the exit) past no event that <paramref name="stops"/> it.</summary>
    public bool CanReach(TorchEvent? start, TorchEvent? end, Func<TorchEvent, bool> stops) => CanReach(start, end, stops, throws: true);

    /// <summary>The same where nothing throws, so that no catch is entered.</summary>
    public bool CanReachNormally(TorchEvent? start, TorchEvent? end, Func<TorchEvent, bool> stops) => CanReach(start, end, stops, throws: false);

    private bool CanReach(TorchEvent? start, TorchEvent? end, Func<TorchEvent, bool> stops, bool throws)
    {
        var seen = new HashSet<int>();
        var pending = new Stack<(int Block, int From)>();
        pending.Push(start is null ? (0, 0) : (start.Block, start.Index + 1));
        while (pending.Count > 0)
        {
            (int block, int from) = pending.Pop();
            bool stopped = false;
            foreach (int handler in throws ? _edges.Handlers(block).Where(seen.Add) : [])
            {
                pending.Push((handler, 0));
            }
            foreach (TorchEvent step in _blocks[block].Skip(from))
            {
                if (step == end)
                {
                    return true;
                }
                if (stops(step))
                {
                    stopped = true;
                    break;
                }
            }
            if (stopped)
            {
                continue;
            }
            if (end is null && block == _blocks.Length - 1)
            {
                return true;
            }
            foreach (int next in _edges.From(block).Where(seen.Add))
            {
                pending.Push((next, 0));
            }
        }
        return false;
    }

    /// <summary>The loops around an event in its body, innermost first.</summary>
    public IEnumerable<StatementSyntax> LoopsAround(TorchEvent inner) => Loops.Around(inner.Syntax, Body.Root.Syntax);
}

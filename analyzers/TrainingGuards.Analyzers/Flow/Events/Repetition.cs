using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>An event and the innermost loop that repeats it, in its own body or in one that calls it.</summary>
/// <param name="loop">The loop.</param>
/// <param name="path">From the event of the loop's body inwards to the event itself.</param>
internal sealed class Repetition(StatementSyntax loop, ImmutableArray<CalledEvent.Link> path)
{
    private const int Depth = 4;

    public StatementSyntax Loop { get; } = loop;

    public ImmutableArray<CalledEvent.Link> Path { get; } = path;

    /// <summary>The body of the loop.</summary>
    public EventGraph Graph => Path[0].Graph;

    /// <summary>What is repeated, or the call that leads to it, in the body of the loop.</summary>
    public TorchEvent Outer => Path[0].Step;

    /// <summary>What the event happens to, as the body of the loop names it; null where it has no name for it.</summary>
    public Receiver? ReceiverIn(TorchProgram program) => NameOf(Path[Path.Length - 1].Step.Receiver, program);

    /// <summary>What the body of the loop calls something that the event's own body has a name for.</summary>
    public Receiver? NameOf(Receiver? inner, TorchProgram program)
    {
        Receiver? receiver = inner;
        for (int i = Path.Length - 1; i > 0 && receiver is not null; i--)
        {
            receiver = Path[i].Graph.Body.Owner is IMethodSymbol callee
                ? CallBinding.IntoCaller(Path[i - 1].Step.Operation, callee, receiver, program, Path[i - 1].Graph.Body.Locals)
                : null;
        }
        return receiver;
    }

    /// <summary>
    /// The innermost loops around an event: one if its own body has it, else one for each caller that has. Empty where nothing repeats it, or
    /// where a caller is out of sight.
    /// </summary>
    public static ImmutableArray<Repetition> Of(TorchEvent step, EventGraph graph, TorchProgram program)
    {
        var found = new List<Repetition>();
        return Find(ImmutableArray.Create(new CalledEvent.Link(graph, step)), program, Depth, found) ? found.ToImmutableArray() : ImmutableArray<Repetition>.Empty;
    }

    /// <summary>
    /// The same, where lambdas that run out of sight are left out: what a loop in sight does is certain, whatever they do. Empty where another
    /// caller is out of sight.
    /// </summary>
    public static ImmutableArray<Repetition> InSight(TorchEvent step, EventGraph graph, TorchProgram program)
    {
        var found = new List<Repetition>();
        return Find(ImmutableArray.Create(new CalledEvent.Link(graph, step)), program, Depth, found, areLambdasLeftOut: true) ? found.ToImmutableArray() : ImmutableArray<Repetition>.Empty;
    }

    /// <summary>The innermost loops around this one, as those around an event are found.</summary>
    public ImmutableArray<Repetition> Around(TorchProgram program)
    {
        var found = new List<Repetition>();
        return Find(Path, program, Depth, found, Loop) ? found.ToImmutableArray() : ImmutableArray<Repetition>.Empty;
    }

    /// <summary>Whether nothing decides in a round of the loop if the event happens.</summary>
    public bool IsUnconditional => Path.Select((link, i) => Loops.AlwaysRuns(link.Step.Syntax, i == 0 ? Loop : link.Graph.Body.Root.Syntax)).All(always => always);

    /// <summary>Whether an event that the loop sets off happens once a round: no loop within the loop repeats it.</summary>
    public bool IsOncePerRound(CalledEvent one) =>
        Graph.LoopsAround(one.Outer).FirstOrDefault() == Loop && !one.Path.Skip(1).Any(link => link.IsRepeated);

    /// <summary>The innermost loop of its own body that repeats an event, of those around <paramref name="within"/> where that is given; null where there is none.</summary>
    public static StatementSyntax? In(CalledEvent.Link inner, StatementSyntax? within = null)
    {
        IEnumerable<StatementSyntax> loops = inner.Graph.LoopsAround(inner.Step);
        return (within is null ? loops : loops.SkipWhile(loop => loop != within).Skip(1)).FirstOrDefault(candidate => Repeats(candidate, inner));
    }

    /// <summary>Whether each round of the loop that comes past <paramref name="first"/> also comes past what is repeated.</summary>
    public bool AlwaysFollows(CalledEvent first)
    {
        for (int i = 0; i < Path.Length && i < first.Path.Length; i++)
        {
            TorchEvent mine = Path[i].Step, other = first.Path[i].Step;
            if (mine != other)
            {
                return i > 0 ? !Path[i].Graph.CanReachNormally(other, end: null, step => step == mine)
                    : Graph.LoopsAround(other).FirstOrDefault() == Loop ? !Graph.CanReachNormally(other, other, step => step == mine)
                    : IsUnconditionalAfter(other);
            }
        }
        return false;
    }

    /// <summary>Whether what the body of the loop calls so is there before and after a round: it is no local of the loop, or of what it calls.</summary>
    public bool Outlives(Receiver name) => name.Root is not ILocalSymbol local || local.DeclaringSyntaxReferences.All(declaration =>
        declaration.SyntaxTree == Loop.SyntaxTree && !Loop.Span.Contains(declaration.Span) && Graph.Body.Outermost.Root.Syntax.Span.Contains(declaration.Span));

    // An inner loop also leads from an event back to itself: what counts is whether the outer one can go on.
    private bool IsUnconditionalAfter(TorchEvent other)
    {
        int start = other.Syntax.SpanStart < Outer.Syntax.SpanStart ? other.Syntax.Span.End : Loop.SpanStart;
        return Loops.AlwaysRuns(Outer.Syntax, Loop)
            && !Loop.DescendantNodes().OfType<ContinueStatementSyntax>().Any(next =>
                next.SpanStart >= start && next.Span.End <= Outer.Syntax.SpanStart && Loops.Around(next, Graph.Body.Root.Syntax).FirstOrDefault() == Loop);
    }

    private static bool Find(ImmutableArray<CalledEvent.Link> path, TorchProgram program, int depth, List<Repetition> found, StatementSyntax? within = null, bool areLambdasLeftOut = false)
    {
        CalledEvent.Link outer = path[0];
        if (In(outer, within) is { } loop)
        {
            found.Add(new Repetition(loop, path));
            return true;
        }
        foreach (CallSite site in CallSites.Of(outer.Graph.Body, program))
        {
            if (areLambdasLeftOut && site is { Call: null, Callee.MethodKind: MethodKind.AnonymousFunction })
            {
                continue;
            }
            if (depth == 0 || site is not { Call: IInvocationOperation { } call, Graph: { } caller } || caller.At(call.Syntax, EventKind.Call) is not { } step
                || !Find(path.Insert(0, new CalledEvent.Link(caller, step)), program, depth - 1, found, areLambdasLeftOut: areLambdasLeftOut))
            {
                return false;
            }
        }
        return true;
    }

    // A loop that is left after the event, as one that tries again until it succeeds is, repeats nothing.
    private static bool Repeats(StatementSyntax loop, CalledEvent.Link inner) => inner.Graph.CanReachNormally(
        inner.Step, inner.Step, step => !loop.Span.Contains(step.Syntax.Span));
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>What zero_grad, backward and step on the way to a point, callees included, leave the gradients of an optimizer in.</summary>
internal sealed class GradientStates
{
    private const int Depth = 6;
    private const EventKind Protocol = EventKind.ZeroGrad | EventKind.Backward | EventKind.OptimizerStep | EventKind.Gradient | EventKind.Assign;

    private static readonly ImmutableHashSet<GradientFact> Inherited = ImmutableHashSet.Create(new GradientFact(GradientState.Inherited, origin: null));
    private static readonly ImmutableHashSet<GradientFact> Unknown = ImmutableHashSet.Create(new GradientFact(GradientState.Unknown, origin: null));

    private readonly TorchProgram _program;
    private readonly EventGraph _graph;

    /// <summary>The names of the optimizer, and of the one module that has all of its parameters.</summary>
    private readonly ImmutableArray<Receiver> _optimizers, _modules;

    private readonly int _depth;

    private GradientStates(EventGraph graph, ImmutableArray<Receiver> optimizers, ImmutableArray<Receiver> modules, TorchProgram program, int depth) =>
        (_graph, _optimizers, _modules, _program, _depth) = (graph, optimizers, modules, program, depth);

    /// <summary>The states that the gradients of <paramref name="optimizer"/> may be in before <paramref name="point"/>; empty where it is never reached.</summary>
    public static ImmutableHashSet<GradientFact> Before(EventGraph graph, TorchEvent point, Receiver optimizer, TorchProgram program)
    {
        ImmutableArray<Receiver> modules = OptimizerParameters.Of(optimizer, graph.Body, program) is { IsComplete: true, Sources: { Count: 1 } sources }
            ? ImmutableArray.Create(sources[0].Module)
            : ImmutableArray<Receiver>.Empty;
        var states = new GradientStates(graph, ImmutableArray.Create(optimizer), modules, program, Depth);
        return graph.Before(point, Inherited, states.After) ?? ImmutableHashSet<GradientFact>.Empty;
    }

    private ImmutableHashSet<GradientFact> After(TorchEvent step, ImmutableHashSet<GradientFact> facts)
    {
        switch (step.Kind)
        {
            case EventKind.ZeroGrad:
                return Is(step.Receiver, _optimizers) || Is(step.Receiver, _modules)
                    ? Now(GradientState.Zero, step)
                    : facts.Select(fact => fact.State == GradientState.Zero ? fact : new GradientFact(GradientState.Unknown, step)).ToImmutableHashSet();
            case EventKind.Backward:
                return Now(GradientState.Fresh, step);
            case EventKind.OptimizerStep:
                return step.Receiver is null ? Unknown : Is(step.Receiver, _optimizers) ? Now(GradientState.Used, step) : facts;
            case EventKind.Gradient:
                return Unknown;
            case EventKind.Assign:
                return Is(step.Receiver, _optimizers) || Is(step.Receiver, _modules) ? Inherited : facts;
            case EventKind.Call:
                return AfterCall(step, facts);
            default:
                return facts;
        }
    }

    private ImmutableHashSet<GradientFact> AfterCall(TorchEvent step, ImmutableHashSet<GradientFact> facts)
    {
        ImmutableArray<CalledEvent> called = _program.Called.Of(step, _graph);
        if (!called.Any(one => one.IsOpaque || one.Is(Protocol)))
        {
            return facts;
        }
        LocalUses locals = _graph.Body.Locals;
        if (_depth == 0 || called.Any(one => one.IsOpaque) || _program.Events.CalleeOf(step.Operation, locals) is not { } callee
            || _program.Events.Of(callee) is not { } inner)
        {
            return Unknown;
        }
        ImmutableArray<Receiver> Inside(ImmutableArray<Receiver> names) =>
            names.SelectMany(name => CallBinding.IntoCallee(step.Operation, callee, name, _program, locals)).ToImmutableArray();
        var states = new GradientStates(inner, Inside(_optimizers), Inside(_modules), _program, _depth - 1);
        return inner.Before(point: null, facts, states.After) ?? Unknown;
    }

    private static ImmutableHashSet<GradientFact> Now(GradientState state, TorchEvent step) => ImmutableHashSet.Create(new GradientFact(state, step));

    private static bool Is(Receiver? receiver, ImmutableArray<Receiver> names) => receiver is not null && names.Contains(receiver);
}

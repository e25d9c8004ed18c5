using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Whether an optimizer may step after one operation and before another, in one body or in those that call it.</summary>
/// <param name="end">The later operation.</param>
/// <param name="renewals">What, where it runs, makes the first happen anew: no way leads past one.</param>
/// <param name="program">The program.</param>
internal sealed class TrainingBetween(SyntaxNode end, IReadOnlyCollection<SyntaxNode> renewals, TorchProgram program)
{
    private const int Depth = 4;

    /// <summary>Whether training can lie between an event of a body and the end.</summary>
    public bool Follows(TorchEvent start, EventGraph graph) => LeadsOn(start, isTrained: false, graph, Depth);

    /// <summary>Whether an event steps an optimizer, itself or in what it calls; what is abstract does what its overrides do.</summary>
    public static bool Trains(TorchEvent step, EventGraph graph, TorchProgram program) =>
        program.Events.Reaches(step, EventKind.OptimizerStep, graph.Body.Locals) == Answer.Yes
        || program.Called.Of(step, graph).Any(one => one.Step.Operation is IInvocationOperation { TargetMethod: { IsAbstract: true } method }
            && program.Derived.OverridesOf(method).Any(own => program.Events.Reaches(own, EventKind.OptimizerStep) == Answer.Yes));

    private bool LeadsOn(TorchEvent start, bool isTrained, EventGraph graph, int depth)
    {
        List<TorchEvent> trained = isTrained ? [start]
            : [.. graph.All.Where(step => Trains(step, graph, program) && graph.CanReachNormally(start, step, IsRenewal))];
        if (trained.Exists(from => graph.All.Any(step => IsEnd(step, graph) && graph.CanReachNormally(from, step, IsRenewal))))
        {
            return true;
        }
        bool leavesTrained = trained.Exists(from => graph.CanReachNormally(from, end: null, IsRenewal));
        bool leavesUntrained = !isTrained && graph.CanReachNormally(start, end: null, step => IsRenewal(step) || Trains(step, graph, program));
        return depth > 0 && (leavesTrained || leavesUntrained) && CallSites.Of(graph.Body, program).Any(site =>
            site is { Call: { } call, Graph: { } caller } && caller.At(call.Syntax, EventKind.Call) is { } step
            && ((leavesTrained && LeadsOn(step, isTrained: true, caller, depth - 1)) || (leavesUntrained && LeadsOn(step, isTrained: false, caller, depth - 1))));
    }

    // What enumerates the result stands in the same place as the call.
    private bool IsRenewal(TorchEvent step) => !step.Operation.IsImplicit && renewals.Contains(step.Syntax);

    private bool IsEnd(TorchEvent step, EventGraph graph) => step.Syntax == end || program.Called.Of(step, graph).Any(one => one.Step.Syntax == end);
}

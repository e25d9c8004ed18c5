using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Where a module is trained: forward passes that a backward() starts from, and the steps that follow.</summary>
internal static class TrainingPasses
{
    private const int Depth = 4;

    /// <summary>
    /// The events of a body in which <paramref name="module"/> is certainly trained, itself or in what they call. <paramref name="isWanted"/>
    /// is asked of the forward pass and of each call on the way there, with what the module is called there.
    /// </summary>
    public static IEnumerable<TorchEvent> Of(
        Receiver module, EventGraph graph, TorchProgram program, Func<EventGraph, TorchEvent, Receiver, bool> isWanted) =>
        graph.All.Where(step => IsPass(step, module, graph, program, isWanted, Depth));

    /// <summary>Whether after <paramref name="start"/> (null: the entry) something is trained with no train() of the module before it.</summary>
    public static bool FollowUnprepared(TorchEvent? start, Receiver module, EventGraph graph, TorchProgram program) =>
        FollowUnprepared(start, module, graph, program, Depth);

    private static bool IsPass(
        TorchEvent step, Receiver module, EventGraph graph, TorchProgram program, Func<EventGraph, TorchEvent, Receiver, bool> isWanted, int depth)
    {
        LocalUses locals = graph.Body.Locals;
        if (step.Is(EventKind.Forward))
        {
            return step.Receiver is { } receiver && receiver.Equals(module) && isWanted(graph, step, module)
                && OriginalOf(step, graph) is { } forward && OutputUses.Of(forward, graph.Body, program).Backward is not null;
        }
        return depth > 0 && step.Is(EventKind.Call) && program.Events.Reaches(step, EventKind.Backward, locals) == Answer.Yes
            && program.Events.CalleeOf(step.Operation, locals) is { } callee && program.Events.Of(callee) is { } inner && isWanted(graph, step, module)
            && CallBinding.IntoCallee(step.Operation, callee, module, program, locals)
                .Any(name => inner.All.Any(deeper => IsPass(deeper, name, inner, program, isWanted, depth - 1)));
    }

    private static bool FollowUnprepared(TorchEvent? start, Receiver module, EventGraph graph, TorchProgram program, int depth)
    {
        bool IsPreparation(TorchEvent step) => step.Is(EventKind.Train) && step.Receiver is { } target && module.StartsWith(target);
        return graph.All.Any(step => TrainsUnprepared(step, module, graph, program, depth) && graph.CanReach(start, step, IsPreparation));
    }

    private static bool TrainsUnprepared(TorchEvent step, Receiver module, EventGraph graph, TorchProgram program, int depth)
    {
        LocalUses locals = graph.Body.Locals;
        if (step.Is(EventKind.Training))
        {
            return true;
        }
        if (depth == 0 || program.Events.Reaches(step, EventKind.Training, locals) != Answer.Yes
            || program.Events.CalleeOf(step.Operation, locals) is not { } callee || program.Events.Of(callee) is not { } inner)
        {
            return false;
        }
        var names = CallBinding.IntoCallee(step.Operation, callee, module, program, locals).ToList();
        return names.Count == 0 || names.Any(name => FollowUnprepared(start: null, name, inner, program, depth - 1));
    }

    private static IOperation? OriginalOf(TorchEvent step, EventGraph graph) => graph.Body.Model.GetOperation(step.Syntax) as IInvocationOperation;
}

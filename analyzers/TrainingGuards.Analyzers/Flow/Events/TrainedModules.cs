using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Whether an optimizer is made for a module, seen through the callers of a body and the method that makes the optimizer.</summary>
internal static class TrainedModules
{
    /// <summary>Whether an optimizer certainly has parameters of a module, both named as in a body or in one that calls it.</summary>
    public static bool Includes(Receiver optimizer, Receiver module, EventGraph graph, TorchProgram program)
    {
        if (IsMadeFor(optimizer, module, graph.Body, program) is { } known)
        {
            return known;
        }
        var callers = CallSites.Of(graph.Body, program).Select(site => site is { Call: IInvocationOperation call, Graph.Body: var caller }
            && CallBinding.IntoCaller(call, site.Callee, optimizer, program, caller.Locals) is { } outerOptimizer
            && CallBinding.IntoCaller(call, site.Callee, module, program, caller.Locals) is { } outerModule
                ? IsMadeFor(outerOptimizer, outerModule, caller, program) : null).ToList();
        // One that steps another module's optimizer may mean this one to evaluate.
        return callers.Contains(true) && !callers.Contains(false);
    }

    // Null where the body does not tell.
    private static bool? IsMadeFor(Receiver optimizer, Receiver module, MethodBody body, TorchProgram program) =>
        SourcesOf(optimizer, body, program) is { } sources ? sources.Any(module.StartsWith) : null;

    private static IEnumerable<Receiver>? SourcesOf(Receiver optimizer, MethodBody body, TorchProgram program) =>
        OptimizerParameters.Of(optimizer, body, program) is { IsComplete: true } own ? own.Sources.Select(source => source.Module)
        : optimizer is { Root: ILocalSymbol local, Path.IsEmpty: true } && body.Locals.OnlyValueOf(local)?.WithoutConversion() is IInvocationOperation call
            && program.Events.CalleeOf(call, body.Locals) is { } factory && program.Bodies.Of(factory) is { } made
            ? SourcesOf(call, factory, made, body, program)
        : null;

    // static Optimizer NewOptimizer(Net model) => Adam(model.parameters());
    private static List<Receiver>? SourcesOf(IInvocationOperation call, IMethodSymbol factory, MethodBody made, MethodBody caller, TorchProgram program)
    {
        if (Returns.Of(made).ToImmutableArray() is not { Length: 1 } returned)
        {
            return null;
        }
        OptimizerParameters? parameters = OptimizerParameters.IsCreation(returned[0].WithoutConversion(), program.Torch)
            ? OptimizerParameters.Of(returned[0].WithoutConversion(), made.Locals, program.Torch)
            : OptimizerParameters.Of(Receiver.Of(returned[0], made.Locals), made, program);
        return parameters is { IsComplete: true }
            ? [.. parameters.Sources.Select(source => CallBinding.IntoCaller(call, factory, source.Module, program, caller.Locals)).OfType<Receiver>()]
            : null;
    }
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Every place of the compilation that runs a body.</summary>
internal static class CallSites
{
    private const int Depth = 4;

    /// <summary>The calls, however far up, that lead to a body, and what the module is called there. Callers that have no name for it are left out.</summary>
    public static IEnumerable<(EventGraph Graph, TorchEvent Step, Receiver Module)> OuterNames(
        MethodBody body, Receiver module, TorchProgram program) => OuterNames(body, module, program, Depth);

    public static IEnumerable<CallSite> Of(MethodBody body, TorchProgram program)
    {
        if (body.Owner is not IMethodSymbol method)
        {
            return [];
        }
        if (method.MethodKind == MethodKind.AnonymousFunction)
        {
            return OfLambda(body, method, program);
        }
        bool isIndirect = method.IsOverride || method.IsAbstract || !method.ExplicitInterfaceImplementations.IsEmpty || ImplementsInterface(method);
        IEnumerable<CallSite> direct = program.References.Of(method.PartialDefinitionPart ?? method).Select(reference => At(method, reference, program));
        return isIndirect ? direct.Append(new CallSite(method, call: null, graph: null)) : direct;
    }

    private static IEnumerable<(EventGraph Graph, TorchEvent Step, Receiver Module)> OuterNames(
        MethodBody body, Receiver module, TorchProgram program, int depth)
    {
        foreach (CallSite site in depth == 0 ? [] : Of(body, program))
        {
            if (site is { Call: { } call, Graph: { } graph } && graph.At(call.Syntax, EventKind.Call) is { } step
                && CallBinding.IntoCaller(step.Operation, site.Callee, module, program, graph.Body.Locals) is { } outer)
            {
                yield return (graph, step, outer);
                foreach ((EventGraph, TorchEvent, Receiver) further in OuterNames(graph.Body, outer, program, depth - 1))
                {
                    yield return further;
                }
            }
        }
    }

    private static IEnumerable<CallSite> OfLambda(MethodBody body, IMethodSymbol lambda, TorchProgram program)
    {
        IOperation? created = body.Root.Parent;
        while (created is IConversionOperation or IDelegateCreationOperation)
        {
            created = created.Parent;
        }
        if (created is not IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } } || body.Outer is not { } outer
            || outer.Locals.OnlyValueOf(local) is null)
        {
            return [new CallSite(lambda, call: null, graph: null)];
        }
        return outer.Locals.Of(local).Select(mention => mention.Parent is IInvocationOperation { TargetMethod.MethodKind: MethodKind.DelegateInvoke } call
            ? At(lambda, call, program)
            : new CallSite(lambda, call: null, graph: null));
    }

    private static CallSite At(IMethodSymbol method, IOperation reference, TorchProgram program) =>
        reference is IInvocationOperation or IObjectCreationOperation && program.Bodies.Around(reference.Syntax) is { } caller
            ? new CallSite(method, reference, program.Events.Of(caller))
            : new CallSite(method, call: null, graph: null);

    private static bool ImplementsInterface(IMethodSymbol method) => method.ContainingType.AllInterfaces
        .SelectMany(type => type.GetMembers().OfType<IMethodSymbol>())
        .Any(member => TorchSymbols.Same(method.ContainingType.FindImplementationForInterfaceMember(member), method));
}

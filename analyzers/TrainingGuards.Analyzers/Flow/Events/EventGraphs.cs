using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>The event graphs of the compilation's bodies, and what a call may set off in its callees.</summary>
internal sealed class EventGraphs(TorchProgram program)
{
    // Enough for a program of ordinary size; a call that leads to more methods is not followed to its end.
    private const int Methods = 256;

    private readonly ConcurrentDictionary<MethodBody, EventGraph?> _graphs = new();
    private readonly ConcurrentDictionary<(MethodBody, EventKind), Answer> _reached = new();

    public EventGraph? Of(MethodBody body) => _graphs.GetOrAdd(body, key => EventGraph.Of(key, program.Torch));

    public EventGraph? Of(IMethodSymbol method) => program.Bodies.Of(method) is { } body ? Of(body) : null;

    /// <summary>Whether an event is of the given kinds, itself or through what it calls.</summary>
    public Answer Reaches(TorchEvent step, EventKind kinds, LocalUses locals) => step switch
    {
        _ when step.Is(kinds) => Answer.Yes,
        _ when step.Is(EventKind.Call | EventKind.Forward) && MayRun(step.Operation, locals) is { } method => Reaches(method, kinds),
        _ => Answer.No,
    };

    /// <summary>Whether a method holds an event of the given kinds, itself or through what it calls.</summary>
    public Answer Reaches(IMethodSymbol method, EventKind kinds) =>
        program.Bodies.Of(method) is { } body ? _reached.GetOrAdd((body, kinds), key => Search(key.Item1, key.Item2)) : Answer.No;

    /// <summary>The method that a call runs, where that is of this compilation and certain.</summary>
    public IMethodSymbol? CalleeOf(IOperation call, LocalUses locals) => call switch
    {
        IInvocationOperation { TargetMethod.MethodKind: MethodKind.DelegateInvoke } invoke => FunctionOf(invoke.Instance, locals),
        IInvocationOperation { TargetMethod: var method } invocation =>
            method.IsAbstract || (invocation.IsVirtual && program.Derived.Overrides(method)) ? null : method,
        IObjectCreationOperation { Constructor: { } constructor } => constructor,
        { Type.TypeKind: TypeKind.Delegate } closure => FunctionOf(closure, locals),
        _ => null,
    };

    private Answer Search(MethodBody start, EventKind kinds)
    {
        var seen = new HashSet<MethodBody> { start };
        var pending = new Stack<MethodBody>();
        pending.Push(start);
        while (pending.Count > 0)
        {
            MethodBody body = pending.Pop();
            foreach (TorchEvent step in Of(body)?.All ?? ImmutableArray<TorchEvent>.Empty)
            {
                if (step.Is(kinds))
                {
                    return Answer.Yes;
                }
                if (step.Is(EventKind.Call | EventKind.Forward) && MayRun(step.Operation, body.Locals) is { } method
                    && program.Bodies.Of(method) is { } callee && seen.Add(callee))
                {
                    if (seen.Count > Methods)
                    {
                        return Answer.Unknown;
                    }
                    pending.Push(callee);
                }
            }
        }
        return Answer.No;
    }

    // An overridden method stands for its overrides: they do the same kind of thing, or their base would be of no use.
    private static IMethodSymbol? MayRun(IOperation call, LocalUses locals) => call switch
    {
        IInvocationOperation { TargetMethod.MethodKind: MethodKind.DelegateInvoke } invoke => FunctionOf(invoke.Instance, locals),
        IInvocationOperation invocation => invocation.TargetMethod,
        IObjectCreationOperation creation => creation.Constructor,
        { Type.TypeKind: TypeKind.Delegate } closure => FunctionOf(closure, locals),
        _ => null,
    };

    /// <summary>The lambda, local function or method that a delegate certainly runs, null where that is open.</summary>
    public static IMethodSymbol? FunctionOf(IOperation? called, LocalUses locals)
    {
        IOperation? unconverted = Unconverted(called);
        IOperation? value = Unconverted(unconverted is ILocalReferenceOperation local ? locals.OnlyValueOf(local.Local) : unconverted);
        return value switch
        {
            IDelegateCreationOperation { Target: IAnonymousFunctionOperation lambda } => lambda.Symbol,
            IDelegateCreationOperation { Target: IFlowAnonymousFunctionOperation lambda } => lambda.Symbol,
            IDelegateCreationOperation { Target: IMethodReferenceOperation { Instance: null or IInstanceReferenceOperation, IsVirtual: false } group } => group.Method,
            _ => null,
        };
    }

    private static IOperation? Unconverted(IOperation? operation)
    {
        while (operation is IConversionOperation conversion)
        {
            operation = conversion.Operand;
        }
        return operation;
    }
}

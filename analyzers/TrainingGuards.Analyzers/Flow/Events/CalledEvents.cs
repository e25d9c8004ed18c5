using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>What an event sets off in its callees: every event that may happen, and every call that cannot be followed.</summary>
/// <remarks>The forward pass of a module is not followed: it computes, and whoever lets it train would not call it that.</remarks>
internal sealed class CalledEvents(TorchProgram program)
{
    // A call that leads further, or to more, is not followed to its end.
    private const int Depth = 8, Limit = 4096;

    private readonly ConcurrentDictionary<TorchEvent, ImmutableArray<CalledEvent>> _known = new();
    private readonly ConcurrentDictionary<IAssemblySymbol, bool> _knowsTorch = new(SymbolEqualityComparer.Default);

    /// <summary>The event itself and all that it calls.</summary>
    public ImmutableArray<CalledEvent> Of(TorchEvent step, EventGraph graph) => _known.GetOrAdd(step, key =>
    {
        var found = new List<CalledEvent>();
        Expand(key, graph, new Search(), found);
        return found.ToImmutableArray();
    });

    /// <summary>What a loop of a body may set off.</summary>
    public IEnumerable<CalledEvent> In(SyntaxNode loop, EventGraph graph) =>
        graph.All.Where(step => graph.LoopsAround(step).Contains(loop)).SelectMany(step => Of(step, graph));

    /// <summary>The bodies that a loop of a body may run, also those in which nothing happens.</summary>
    public IEnumerable<MethodBody> BodiesIn(SyntaxNode loop, EventGraph graph) => In(loop, graph).SelectMany(one => one.Path.Skip(1).Select(link => link.Graph.Body)
        .Concat(one.Is(EventKind.Call) && program.Events.CalleeOf(one.Step.Operation, one.Path[one.Path.Length - 1].Graph.Body.Locals) is { } callee
            && program.Bodies.Of(callee) is { } body ? [body] : Enumerable.Empty<MethodBody>())).Distinct();

    private void Expand(TorchEvent step, EventGraph graph, Search search, List<CalledEvent> found)
    {
        search.Steps++;
        IMethodSymbol? callee = step.Is(EventKind.Call) ? program.Events.CalleeOf(step.Operation, graph.Body.Locals) : null;
        bool isOpaque = step.Is(EventKind.Call) && IsOpaque(step, callee, graph);
        found.Add(new CalledEvent(ImmutableArray.Create(new CalledEvent.Link(graph, step)), step.Receiver, isOpaque));
        if (!step.Is(EventKind.Call))
        {
            return;
        }
        if (DisposalOf(step.Operation) is { } disposal && program.Events.Of(disposal) is { } last)
        {
            Enter(step, graph, disposal, last, search, found);
        }
        if (callee is not null && program.Events.Of(callee) is { } inner)
        {
            Enter(step, graph, callee, inner, search, found);
        }
        else
        {
            // What a method out of sight is given to run, it may run.
            foreach (IArgumentOperation argument in CallBinding.ArgumentsOf(step.Operation).Where(IsDelegate))
            {
                EnterFunction(argument.Value, step, graph, search, found);
            }
        }
    }

    private void Enter(TorchEvent step, EventGraph graph, IMethodSymbol callee, EventGraph inner, Search search, List<CalledEvent> found)
    {
        if (search.Entered.Count == Depth || search.Steps > Limit)
        {
            found.Add(Opaque(step, graph));
            return;
        }
        if (!search.Entered.Add(inner.Body))
        {
            // What a method does when it calls itself is what it does.
            return;
        }
        foreach (TorchEvent deeper in inner.All)
        {
            var called = new List<CalledEvent>();
            Expand(deeper, inner, search, called);
            foreach (CalledEvent one in called)
            {
                if (one.IsOpaque && one.Path.Length == 1 && ParameterRun(one.Step) is { } parameter
                    && CallBinding.ArgumentsOf(step.Operation).FirstOrDefault(argument => TorchSymbols.Same(argument.Parameter?.OriginalDefinition, parameter)) is { } given)
                {
                    EnterFunction(given.Value, step, graph, search, found);
                    continue;
                }
                Receiver? receiver = one.Receiver is null
                    ? null
                    : CallBinding.IntoCaller(step.Operation, callee, one.Receiver, program, graph.Body.Locals);
                found.Add(new CalledEvent(one.Path.Insert(0, new CalledEvent.Link(graph, step)), receiver, one.IsOpaque));
            }
        }
        search.Entered.Remove(inner.Body);
    }

    private void EnterFunction(IOperation given, TorchEvent step, EventGraph graph, Search search, List<CalledEvent> found)
    {
        if (given.ConstantValue is { HasValue: true, Value: null })
        {
            return;
        }
        if (EventGraphs.FunctionOf(given, graph.Body.Locals) is not { } function)
        {
            found.Add(Opaque(step, graph));
        }
        else if (program.Events.Of(function) is { } inner)
        {
            Enter(step, graph, function, inner, search, found);
        }
    }

    // What is made to be disposed of may do its work then: a scope that zeroes gradients at its end.
    private static IMethodSymbol? DisposalOf(IOperation made) => made is IObjectCreationOperation { Type: INamedTypeSymbol { SpecialType: SpecialType.None } type }
        && !type.DeclaringSyntaxReferences.IsEmpty
            ? type.GetMembers("Dispose").OfType<IMethodSymbol>().FirstOrDefault(method => method is { IsStatic: false, Parameters.IsEmpty: true })
            : null;

    private static CalledEvent Opaque(TorchEvent step, EventGraph graph) =>
        new(ImmutableArray.Create(new CalledEvent.Link(graph, step)), receiver: null, isOpaque: true);

    private static bool IsDelegate(IArgumentOperation argument) => argument.Parameter?.Type.TypeKind == TypeKind.Delegate;

    private bool IsOpaque(TorchEvent step, IMethodSymbol? callee, EventGraph graph) => step.Operation switch
    {
        IInvocationOperation { TargetMethod.MethodKind: MethodKind.DelegateInvoke } => callee is null && !RaisesEvent(step, graph),
        IInvocationOperation call => IsOpaque(call.TargetMethod, callee),
        IObjectCreationOperation { Constructor: { } constructor } => IsOpaque(constructor, constructor),
        _ => callee is null,
    };

    private bool IsOpaque(IMethodSymbol method, IMethodSymbol? callee) =>
        TorchSymbols.Same(method.ContainingAssembly, program.Compilation.Assembly)
            ? callee is null
            : !TorchSymbols.Same(method.ContainingAssembly, program.Torch.Tensor.ContainingAssembly) && KnowsTorch(method.ContainingAssembly);

    /// <summary>A library that does not know TorchSharp does nothing to what belongs to it.</summary>
    private bool KnowsTorch(IAssemblySymbol? assembly) => assembly is not null && _knowsTorch.GetOrAdd(assembly, key =>
        key.Modules.Any(module => module.ReferencedAssemblies.Any(name => name.Name == program.Torch.Tensor.ContainingAssembly.Name)));

    /// <summary>Who listens to an event is told what happened, and does not take part in it.</summary>
    private static bool RaisesEvent(TorchEvent step, EventGraph graph)
    {
        IOperation? raised = (graph.Body.Model.GetOperation(step.Syntax) as IInvocationOperation)?.Instance;
        for (IOperation? outer = raised; raised is IConditionalAccessInstanceOperation && outer is not null; outer = outer.Parent)
        {
            raised = outer is IConditionalAccessOperation access ? access.Operation : raised;
        }
        return raised is IEventReferenceOperation;
    }

    private static ISymbol? ParameterRun(TorchEvent step) => step.Operation switch
    {
        IInvocationOperation { TargetMethod.MethodKind: MethodKind.DelegateInvoke, Instance: IParameterReferenceOperation { Parameter: var run } } => run.OriginalDefinition,
        IParameterReferenceOperation { Parameter: var closure } => closure.OriginalDefinition,
        _ => null,
    };

    /// <summary>The bodies that a search is in, and how far it has come.</summary>
    private sealed class Search
    {
        public HashSet<MethodBody> Entered { get; } = [];

        public int Steps { get; set; }
    }
}

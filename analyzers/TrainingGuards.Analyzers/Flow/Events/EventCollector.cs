using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Reads the events of basic blocks, in the order of evaluation.</summary>
internal sealed class EventCollector
{
    private readonly LocalUses _locals;
    private readonly TorchSymbols _torch;
    private readonly Dictionary<CaptureId, IOperation> _captures = [];
    private readonly HashSet<ISymbol> _gradModes = new(SymbolEqualityComparer.Default);

    public EventCollector(ControlFlowGraph graph, LocalUses locals, TorchSymbols torch)
    {
        _locals = locals;
        _torch = torch;
        foreach (IOperation operation in graph.Blocks.SelectMany(block => block.Operations).SelectMany(operation => operation.DescendantsAndSelf()))
        {
            if (operation is IFlowCaptureOperation capture)
            {
                // Several values in one capture (a ? b : c) name nothing.
                _captures[capture.Id] = _captures.ContainsKey(capture.Id) ? capture : capture.Value;
            }
            else if (operation is ISimpleAssignmentOperation { Target: ILocalReferenceOperation target } assignment && IsGradMode(assignment.Value))
            {
                _gradModes.Add(target.Local);
            }
        }
    }

    public ImmutableArray<TorchEvent> EventsOf(BasicBlock block)
    {
        ImmutableArray<TorchEvent>.Builder events = ImmutableArray.CreateBuilder<TorchEvent>();
        foreach (IOperation operation in block.Operations)
        {
            Collect(operation, block.Ordinal, events);
        }
        if (block.BranchValue is { } value)
        {
            Collect(value, block.Ordinal, events);
        }
        return events.ToImmutable();
    }

    private void Collect(IOperation operation, int block, ImmutableArray<TorchEvent>.Builder events)
    {
        // A lambda's operations run when it is called, not here.
        if (operation is IFlowAnonymousFunctionOperation)
        {
            return;
        }
        foreach (IOperation child in operation.ChildOperations)
        {
            Collect(child, block, events);
        }
        void Add(EventKind kind, IOperation? receiver, IOperation? value = null) =>
            events.Add(new TorchEvent(kind, operation, Receiver.Of(receiver, _locals, Captured), value, block, events.Count));

        switch (operation)
        {
            // What a using disposes of is first compared with null; on the other branch there was nothing to end.
            case IIsNullOperation { IsImplicit: true, Operand: var disposed }:
                if (IsGradMode(disposed))
                {
                    Add(EventKind.GradModeEnd, receiver: null);
                }
                break;
            case IInvocationOperation { IsImplicit: true, TargetMethod.Name: "Dispose" }:
                break;
            case IInvocationOperation call:
                if (ClosureOf(call) is { } closure)
                {
                    events.Add(new TorchEvent(EventKind.Call, closure, receiver: null, value: null, block, events.Count));
                }
                Add(IsGradModeDisposal(call) ? EventKind.GradModeEnd : EventVocabulary.KindOf(call, _torch), ReceiverOf(call));
                break;
            case IObjectCreationOperation creation:
                Add(EventKind.Call, receiver: null, creation);
                break;
            // What does not bind, or binds when it runs, may turn out to be anything.
            case IInvalidOperation or IDynamicInvocationOperation or IDynamicObjectCreationOperation or IFunctionPointerInvocationOperation:
                Add(EventKind.Call, receiver: null);
                break;
            case IPropertyReferenceOperation { Property: { Name: "grad", ContainingType: var owner }, Instance: var tensor } when _torch.IsTensor(owner):
                Add(EventKind.Gradient, tensor);
                break;
            case ISimpleAssignmentOperation { Target: var target, Value: var value } when Holds(target.Type):
                Add(EventKind.Assign, target, value);
                break;
        }
    }

    /// <summary>What <c>optimizer.step(closure)</c> runs before it changes the parameters.</summary>
    private IOperation? ClosureOf(IInvocationOperation call) => EventVocabulary.KindOf(call, _torch) == EventKind.OptimizerStep
        ? call.Arguments.Select(argument => argument.Value.WithoutConversion())
            .FirstOrDefault(value => value is { Type.TypeKind: TypeKind.Delegate, ConstantValue.HasValue: false } and not IDefaultValueOperation)
        : null;

    private static IOperation? ReceiverOf(IInvocationOperation call) =>
        call.Instance ?? (call.TargetMethod.IsExtensionMethod && call.Arguments.Length > 0 ? call.Arguments[0].Value : null);

    private IOperation? Captured(IOperation reference) =>
        reference is IFlowCaptureReferenceOperation capture && _captures.TryGetValue(capture.Id, out IOperation? value) && value is not IFlowCaptureOperation
            ? value
            : null;

    private bool Holds(ITypeSymbol? type) => _torch.IsModule(type) || _torch.IsOptimizer(type);

    private bool IsGradModeDisposal(IInvocationOperation call) => call.TargetMethod.Name == "Dispose" && IsGradMode(call.Instance);

    private bool IsGradMode(IOperation? operation) => operation switch
    {
        IConversionOperation conversion => IsGradMode(conversion.Operand),
        ILocalReferenceOperation local => _gradModes.Contains(local.Local),
        IFlowCaptureReferenceOperation => IsGradMode(Captured(operation)),
        IInvocationOperation call => EventVocabulary.KindOf(call, _torch) == EventKind.GradModeBegin,
        _ => false,
    };
}

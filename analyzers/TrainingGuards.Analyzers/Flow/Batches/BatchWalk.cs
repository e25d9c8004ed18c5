using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Walks from where a batch is taken back to where it came from, through functions, layers, models and helper methods.</summary>
internal sealed class BatchWalk
{
    // What is longer than any model that is read here is left unknown.
    private const int Operations = 600;
    private const int Calls = 12;

    private readonly TorchProgram _program;
    private readonly List<BatchStep> _steps = [];
    private readonly HashSet<(IOperation, Frame)> _underway = [];
    private int _left = Operations;

    private BatchWalk(TorchProgram program) => _program = program;

    /// <summary>The operations on the way to a consumer, which learns what it takes.</summary>
    public static IReadOnlyList<BatchStep> To(BatchConsumer consumer, TorchProgram program)
    {
        var walk = new BatchWalk(program);
        consumer.Taken = walk.Of(consumer.Tensor, new Frame(consumer.Body), new BatchWay(consumer));
        return walk._steps;
    }

    private Batch Of(IOperation tensor, Frame frame, BatchWay way)
    {
        IOperation value = tensor.WithoutConversion();
        if (--_left < 0 || IsReshapedInPlace(value, frame.Body))
        {
            return Batch.Unknown;
        }
        if (Loaded(value, frame) is { } loaded)
        {
            return loaded;
        }
        if (TupleElement.From(value, frame.Body) is { } element && element.CallIn(frame.Body) is { } maker)
        {
            return OfElement(maker, element.Index, frame, way);
        }
        if (frame.Body.Provenance?.Trace(value) is not { IsUnknown: false } origin)
        {
            return Batch.Unknown;
        }
        Batch? all = null;
        foreach (IOperation made in origin.Operations)
        {
            // A value made from itself in a loop is what it was first made of.
            if (_underway.Add((made, frame)))
            {
                Batch one = MadeBy(made, frame, way);
                _underway.Remove((made, frame));
                all = all?.Or(one) ?? one;
            }
        }
        return all ?? Batch.Unknown;
    }

    private Batch? Loaded(IOperation value, Frame frame) => LoaderBatch.Of(value, frame.Body, _program) is { } loader
        ? new Batch(loader.IsStacked ? new TensorAxis(0, 1) : null, BatchEvidence.Stacked, loader)
        : GuardedBatch.Is(value, _program.Torch) ? new Batch(new TensorAxis(0, 1), BatchEvidence.Stacked, loader: null)
        : null;

    private Batch MadeBy(IOperation made, Frame frame, BatchWay way)
    {
        if (TensorCall.From(made, _program.Torch) is { } call)
        {
            return OfFunction(call, frame, way);
        }
        switch (made)
        {
            case IInvocationOperation forward when EventVocabulary.IsForward(forward, _program.Torch) && _program.Torch.IsTensor(forward.Type):
                return OfForward(forward, frame, way);
            case IInvocationOperation joined when TorchSymbols.Same(joined.TargetMethod.ContainingType, _program.Torch.Torch):
                return OfJoined(joined, frame, way);
            case IInvocationOperation { TargetMethod.MethodKind: not MethodKind.DelegateInvoke } helper:
                return OfHelper(helper, frame, way);
            case IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } indexed } part when _program.Torch.IsTensor(indexed.Type):
                return OfPart(indexed, part.Arguments, frame, way);
            case IParameterReferenceOperation { Parameter: var parameter }:
                return OfArgument(parameter, frame, way);
            case IBinaryOperation binary:
                return OfPair(binary.LeftOperand, binary.RightOperand, frame, way);
            case ICompoundAssignmentOperation compound:
                return OfPair(compound.Target, compound.Value, frame, way);
            case IUnaryOperation unary:
                return Of(unary.Operand, frame, way);
            default:
                return Loaded(made, frame) ?? Batch.Unknown;
        }
    }

    private Batch OfFunction(TensorCall call, Frame frame, BatchWay way)
    {
        if (call.Name == "index")
        {
            return OfPart(call.Input, call.Invocation.Arguments, frame, way);
        }
        Batch input = Of(call.Input, frame, way.Through(AxisMap.KeepsAxes(call)));
        _steps.Add(new BatchStep(call.Invocation, call, layer: null, input, frame.Body, way));
        if (AxisMap.KeepsAxes(call))
        {
            return input;
        }
        TensorAxis? said = input.Axis is null or { Index: 0 } && call.Name is "flatten" or "view" or "reshape" && frame.Body.Outermost.Graph is { } graph
            ? AxisMap.SaidBy(call, new Dimensions(graph, _program.Torch))
            : null;
        Batch after = said is { } axis ? input.Knowing(axis, input.Axis is null ? BatchEvidence.KeptApart : input.Evidence)
            : input.Along(input.Axis is { } before ? AxisMap.After(call, before) : null);
        return after.Of(features: null, call.Name is "view" or "reshape" && AxisMap.SizesOf(call) is { } sizes
                ? sizes.Count == 2 && Dimensions.IsInferred(sizes[1]) ? ExampleShape.Flattened(input.Example) : ExampleShape.Viewed(sizes)
            : ExampleShape.After(input.Example, call.Name, call.Invocation));
    }

    private Batch OfForward(IInvocationOperation forward, Frame frame, BatchWay way)
    {
        Func<BatchWay, Batch> input = before => forward.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == 0) is { } argument
            ? Of(argument.Value, frame, before)
            : Batch.Unknown;
        ImmutableArray<ModuleValue> models = _program.Values.Of(forward.Instance, frame.Body);
        if (models.IsEmpty)
        {
            return input(way.Through(keepsAxes: false)).Along(null);
        }
        Func<IParameterSymbol, BatchWay, Batch> arguments = (parameter, before) =>
            parameter.Ordinal == 0 ? input(before)
            : forward.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == parameter.Ordinal) is { } other ? Of(other.Value, frame, before)
            : Batch.Unknown;
        return models.Select(model => OfModule(model, forward, arguments, input, forward.TargetMethod, frame, way)).Aggregate((one, other) => one.Or(other));
    }

    private Batch OfModule(
        ModuleValue module, IOperation place, Func<IParameterSymbol, BatchWay, Batch> arguments, Func<BatchWay, Batch> input, IMethodSymbol? called, Frame frame, BatchWay way)
    {
        if (Layers.IsSequential(module.Type, _program.Torch))
        {
            return module is { Creation: { } creation, Body: { } body, IsChanged: false } && Architecture.Of(creation, _program.Torch) is { IsComplete: true } chain
                ? OfChain(chain.Elements, chain.Elements.Length - 1, body, input, frame, way)
                : input(way.Through(keepsAxes: false)).Along(null);
        }
        if (Layers.IsBuiltIn(module.Type, _program.Torch))
        {
            return OfLayer(new Layer(module.Type, module.Creation), place, input, frame, way);
        }
        return frame.Calls < Calls && _program.Types.ForwardOf(module, called) is { } method && _program.Bodies.Of(method) is { } inner
            ? OfReturned(new Frame(inner, frame, arguments), way)
            : input(way.Through(keepsAxes: false)).Along(null);
    }

    private Batch OfChain(ImmutableArray<IOperation> elements, int last, MethodBody body, Func<BatchWay, Batch> input, Frame frame, BatchWay way)
    {
        if (last < 0)
        {
            return input(way);
        }
        Batch Before(BatchWay before) => OfChain(elements, last - 1, body, input, frame, before);
        ImmutableArray<ModuleValue> modules = _program.Values.Of(elements[last], body);
        return modules.Length == 1
            ? OfModule(modules[0], elements[last], (parameter, before) => parameter.Ordinal == 0 ? Before(before) : Batch.Unknown, Before, called: null, frame, way)
            : Before(way.Through(keepsAxes: false)).Along(null);
    }

    private Batch OfLayer(Layer layer, IOperation place, Func<BatchWay, Batch> input, Frame frame, BatchWay way)
    {
        Batch batch = input(way.Through(layer, _program.Torch));
        _steps.Add(new BatchStep(place, function: null, layer, batch, frame.Body, way));
        Batch after = batch.Axis is null or { Index: 0 } && AxisMap.SaidBy(layer, _program.Torch) is { } said
            ? batch.Knowing(said, batch.Axis is not null ? batch.Evidence : Layers.IsBatchNorm(layer.Type, _program.Torch) ? BatchEvidence.Normalized : BatchEvidence.KeptApart)
            : batch.Along(batch.Axis is { } axis ? AxisMap.After(layer, axis, _program.Torch) : null);
        return AxisMap.KeepsAxes(layer.Type, _program.Torch)
            ? after.Of(batch.Features, batch.Example)
            : after.Of(Layers.IsLinear(layer.Type, _program.Torch) ? (long?)layer.Number("outputSize") : null, ExampleShape.After(batch.Example, layer.Type.Name, layer.Creation));
    }

    private Batch OfHelper(IInvocationOperation helper, Frame frame, BatchWay way)
    {
        if (frame.Calls >= Calls || _program.Events.CalleeOf(helper, frame.Body.Locals) is not { } callee || _program.Bodies.Of(callee) is not { } inner)
        {
            return Batch.Unknown;
        }
        return OfReturned(
            new Frame(inner, frame, (parameter, before) => helper.Arguments.FirstOrDefault(argument =>
                TorchSymbols.Same(argument.Parameter?.OriginalDefinition, parameter.OriginalDefinition)) is { } argument ? Of(argument.Value, frame, before) : Batch.Unknown),
            way);
    }

    private Batch OfReturned(Frame frame, BatchWay way)
    {
        List<IOperation> returned = [.. Returns.Of(frame.Body)];
        return returned.Count == 0 ? Batch.Unknown : returned.Select(value => Of(value, frame, way)).Aggregate((one, other) => one.Or(other));
    }

    // What runs first is known by its callers, if all that call it by its name agree: what one of them does wrong is wrong whoever else is handed the method.
    private Batch OfArgument(IParameterSymbol parameter, Frame frame, BatchWay way)
    {
        for (Frame? around = frame; around is not null; around = around.Outer)
        {
            if (around.Arguments is { } arguments && TorchSymbols.Same(parameter.ContainingSymbol.OriginalDefinition, around.Body.Owner.OriginalDefinition))
            {
                return arguments(parameter, way);
            }
        }
        if (frame.Calls >= Calls || parameter.ContainingSymbol is not IMethodSymbol { MethodKind: MethodKind.Ordinary or MethodKind.LocalFunction, IsOverride: false, IsVirtual: false } method
            || Visibility.IsOpen(method, _program.Compilation))
        {
            return Batch.Unknown;
        }
        Batch? all = null;
        foreach (IOperation reference in _program.References.Of(method).Where(reference => reference is not IMethodReferenceOperation))
        {
            Batch one = reference is IInvocationOperation call && _program.Bodies.Around(call.Syntax) is { } caller
                && call.Arguments.FirstOrDefault(argument => TorchSymbols.Same(argument.Parameter?.OriginalDefinition, parameter.OriginalDefinition)) is { } argument
                    ? Of(argument.Value, new Frame(caller, frame.Calls + 1), way)
                    : Batch.Unknown;
            all = all?.Or(one) ?? one;
        }
        return all ?? Batch.Unknown;
    }

    private Batch OfPair(IOperation left, IOperation right, Frame frame, BatchWay way)
    {
        if (!_program.Torch.IsTensor(left.WithoutConversion().Type) || left.Number() is not null)
        {
            return Of(right, frame, way);
        }
        if (!_program.Torch.IsTensor(right.WithoutConversion().Type) || right.Number() is not null)
        {
            return Of(left, frame, way);
        }
        // A weight or table of the module is broadcast to the batch.
        if (IsHeld(right))
        {
            return Of(left, frame, way.Joined());
        }
        if (IsHeld(left))
        {
            return Of(right, frame, way.Joined());
        }
        Batch one = Of(left, frame, way.Joined()), other = Of(right, frame, way.Joined());
        return one.IsUnknown || other.IsUnknown ? Batch.Unknown : one.Or(other);
    }

    private bool IsHeld(IOperation operand) => operand.WithoutConversion() is IMemberReferenceOperation { Instance: IInstanceReferenceOperation } member
        && _program.Torch.IsParameter(member.Type);

    // cat([a, b], 1), stack([a, b], 1)
    private Batch OfJoined(IInvocationOperation call, Frame frame, BatchWay way)
    {
        IOperation? Argument(string name) => call.Arguments.FirstOrDefault(argument => argument.Parameter?.Name == name)?.Value;
        if (call.TargetMethod.Name is not ("cat" or "concat" or "stack") || Argument("tensors") is not { } list || Argument("dim")?.Number() is not { } dim
            || ListedValues.ElementsOf(list.WithoutConversion()) is not { } elements)
        {
            return Batch.Unknown;
        }
        Batch all = elements.Select(element => Of(element, frame, way.Joined().Through(keepsAxes: false))).DefaultIfEmpty(Batch.Unknown).Aggregate((one, other) => one.Or(other));
        return all.Along(all.Axis is not { } axis ? null : call.TargetMethod.Name == "stack" ? axis.With((long)dim) : axis.Compare((long)dim) is { } order and not 0 ? axis : null);
    }

    // x[TensorIndex.Colon, -1]: a slice keeps its axis, a number takes it away.
    private Batch OfPart(IOperation indexed, ImmutableArray<IArgumentOperation> arguments, Frame frame, BatchWay way)
    {
        Batch whole = Of(indexed, frame, way.Through(keepsAxes: false));
        return whole.Along(TensorPicks.Of(arguments) is { } picks ? whole.Axis?.Without([.. picks.Select(pick => pick.Dimension)]) : null);
    }

    private Batch OfElement(IInvocationOperation call, int index, Frame frame, BatchWay way)
    {
        if (TensorCall.From(call, _program.Torch) is { } function)
        {
            return OfFunction(function, frame, way);
        }
        if (!EventVocabulary.IsForward(call, _program.Torch) || call.Arguments.Length == 0 || SequenceLayer.Of(call, frame.Body, _program) is not { } layer)
        {
            return Batch.Unknown;
        }
        Batch input = Of(call.Arguments[0].Value, frame, way.Through(layer, _program.Torch));
        _steps.Add(new BatchStep(call, function: null, layer, input, frame.Body, way));
        return index == 0 ? input.Along(input.Axis is { } axis ? new TensorAxis(axis.Index, 3, isRank: true) : null) : input.Along(null);
    }

    // x.unsqueeze_(0); as a statement moves the axes behind the back of the definition.
    private bool IsReshapedInPlace(IOperation value, MethodBody body) => value.Symbol() is ILocalSymbol or IParameterSymbol
        && body.Locals.Of(value.Symbol()!).Any(mention => mention.Parent is IInvocationOperation { Parent: IExpressionStatementOperation } call
            && TensorCall.From(call, _program.Torch) is { IsInPlace: true } change && change.Input == mention && !AxisMap.KeepsAxes(change));

    /// <summary>A body that the walk is in, and what its parameters are given.</summary>
    private sealed class Frame(MethodBody body, int calls = 0)
    {
        public Frame(MethodBody body, Frame caller, Func<IParameterSymbol, BatchWay, Batch> arguments)
            : this(body, caller.Calls + 1)
        {
            Arguments = arguments;
            Outer = body.Outer is null ? null : caller;
        }

        public MethodBody Body { get; } = body;

        public int Calls { get; } = calls;

        public Func<IParameterSymbol, BatchWay, Batch>? Arguments { get; }

        /// <summary>The frame that a local function's own variables lie in.</summary>
        public Frame? Outer { get; }
    }
}

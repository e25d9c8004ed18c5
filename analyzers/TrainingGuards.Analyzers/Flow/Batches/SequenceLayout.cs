using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>What the code around the call of a layer over sequences says of its input: that the batch lies along the first axis.</summary>
internal sealed class SequenceLayout
{
    private const int Depth = 16;

    private readonly TorchProgram _program;
    private readonly MethodBody _body;
    private readonly Dimensions _dimensions;
    private readonly List<IOperation> _sources = [];
    private bool _isRearranged;

    private SequenceLayout(TorchProgram program, MethodBody body, Dimensions dimensions) => (_program, _body, _dimensions) = (program, body, dimensions);

    /// <summary>The operation that says so and how a message puts it; null where nothing does, or the input is rearranged before.</summary>
    public static (IOperation Operation, string Says)? OfBatchFirst(IInvocationOperation call, MethodBody body, TorchProgram program)
    {
        if (call.Arguments.Length == 0 || body.Outermost.Graph is not { } graph || !program.Torch.IsTensor(call.Arguments[0].Value.Type))
        {
            return null;
        }
        var layout = new SequenceLayout(program, body, new Dimensions(graph, program.Torch));
        layout.Follow(call.Arguments[0].Value, Depth);
        return layout._isRearranged ? null
            : layout.StateOf(call) is { } state ? (state, "its initial state is sized by axis 0")
            : layout.LoadedTo(call) is { } step ? (step, "a DataLoader stacks its examples along axis 0")
            : layout.PositionsOf(call.Arguments[0].Value, Depth) is { } positions ? (positions, "positions are added along axis 1")
            : layout.UseOf(call) is { } use ? (use, "what it gives is read as if axis 1 were time")
            : null;
    }

    /// <summary>Collects the tensors that the input is made of, each with the batch along the same axis.</summary>
    private void Follow(IOperation tensor, int depth)
    {
        _sources.Add(tensor);
        if (depth == 0 || _body.Provenance?.Trace(tensor).Single is not { } made)
        {
            return;
        }
        var first = new TensorAxis(0, 3);
        if (TensorCall.From(made, _program.Torch) is { } call)
        {
            if (AxisMap.After(call, first) is { Index: 0 } && !(call.Name == "unsqueeze" && call.Argument("dim")?.Number() is 1))
            {
                Follow(call.Input, depth - 1);
            }
            // Somebody thought of the order, or made a batch of one.
            else if (call.Name is not ("view" or "reshape"))
            {
                _isRearranged = true;
            }
        }
        else if (made is IInvocationOperation { Arguments.Length: > 0 } forward && EventVocabulary.IsForward(forward, _program.Torch))
        {
            ImmutableArray<ModuleValue> layers = _program.Values.Of(forward.Instance, _body);
            if (layers.Length == 1 && Layers.IsBuiltIn(layers[0].Type, _program.Torch) && AxisMap.After(new Layer(layers[0].Type, layers[0].Creation), first, _program.Torch) is { Index: 0 })
            {
                Follow(forward.Arguments[0].Value, depth - 1);
            }
        }
        else if (made is IBinaryOperation binary)
        {
            foreach (IOperation operand in new[] { binary.LeftOperand, binary.RightOperand }.Where(operand => _program.Torch.IsTensor(operand.Type)))
            {
                bool wasRearranged = _isRearranged;
                Follow(operand, depth - 1);
                // A table of positions may be laid out in its own way.
                _isRearranged = wasRearranged;
            }
        }
    }

    // zeros(layers, x.shape[0], hidden)
    private IOperation? StateOf(IInvocationOperation call)
    {
        if (call.Instance?.Type is { } type && SequenceLayer.IsAttention(type, _program.Torch))
        {
            return null;
        }
        foreach (IOperation given in call.Arguments.Skip(1).Where(argument => argument.ArgumentKind != ArgumentKind.DefaultValue)
            .Select(argument => Unwrapped(argument.Value)).SelectMany(state => state is ITupleOperation pair ? pair.Elements.AsEnumerable() : [state]))
        {
            if (_body.Provenance?.Trace(given).Single is IInvocationOperation made && Unmoved(made) is { } factory
                && _dimensions.ShapeOf(factory) is { Rank: 3 } state && IsSizeOf(state[1], axis: 0))
            {
                return factory;
            }
        }
        return null;
    }

    // zeros(…).to(device)
    private IInvocationOperation? Unmoved(IInvocationOperation made) => TensorCall.From(made, _program.Torch) is not { } call ? made
        : AxisMap.KeepsAxes(call) && _body.Provenance?.Trace(call.Input).Single is IInvocationOperation before ? Unmoved(before)
        : null;

    private IOperation? LoadedTo(IInvocationOperation call) => _program.BatchSteps.Through(call)
        .FirstOrDefault(step => step.Input is { Axis.Index: 0, Evidence: BatchEvidence.Stacked })?.Input.Loader?.Loop;

    // tokens + positions.call(arange(x.shape[1])), x + table[TensorIndex.Colon, TensorIndex.Slice(null, x.size(1))]
    private IOperation? PositionsOf(IOperation tensor, int depth) => depth == 0 ? null : _body.Provenance?.Trace(tensor).Single switch
    {
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } sum => new[] { sum.LeftOperand, sum.RightOperand }.Select(operand => CountOf(operand, depth)).FirstOrDefault(found => found is not null)
            ?? PositionsOf(sum.LeftOperand, depth - 1) ?? PositionsOf(sum.RightOperand, depth - 1),
        IInvocationOperation call when TensorCall.From(call, _program.Torch) is { } kept && AxisMap.KeepsAxes(kept) => PositionsOf(kept.Input, depth - 1),
        IInvocationOperation forward when KeepsAxes(forward) => PositionsOf(forward.Arguments[0].Value, depth - 1),
        _ => null,
    };

    private IOperation? CountOf(IOperation operand, int depth)
    {
        foreach (IOperation part in operand.DescendantsAndSelf())
        {
            if (part is IInvocationOperation { TargetMethod: { Name: "arange" or "Slice" } method } count && TorchSymbols.Same(method.ContainingAssembly, _program.Torch.Tensor.ContainingAssembly)
                && count.Arguments.Any(argument => IsSizeOf(_dimensions.ExtentOf(Unwrapped(argument.Value)), axis: 1)))
            {
                return count;
            }
            if (part is ILocalReferenceOperation && depth > 0 && _body.Provenance?.Trace(part).Single is { } made and not (ILocalReferenceOperation or IBinaryOperation) && made != operand
                && CountOf(made, depth - 1) is { } found)
            {
                return found;
            }
        }
        return null;
    }

    private static IOperation Unwrapped(IOperation value) => value is IConversionOperation conversion ? Unwrapped(conversion.Operand) : value;

    private bool IsSizeOf(Extent? size, int axis) => size is { IsConstant: false } && _sources.Any(source => size.Equals(_dimensions.ShapeOf(source)?[axis]));

    /// <summary>A use of the output that takes the last step along axis 1, or pools along it, for a layer with weights.</summary>
    private IOperation? UseOf(IInvocationOperation call)
    {
        foreach (IOperation layer in BodyOperations.Of(_body.Outermost.Graph!).Invocations.Where(other => other.Arguments.Length > 0 && EventVocabulary.IsForward(other, _program.Torch)))
        {
            IOperation input = ((IInvocationOperation)layer).Arguments[0].Value;
            for (int left = Depth; left > 0 && _body.Provenance?.Trace(input).Single is { } made; left--)
            {
                if (PooledAlongTime(made) is { } pooled)
                {
                    if (IsOutputOf(pooled, call, Depth))
                    {
                        return made;
                    }
                    break;
                }
                if (TensorCall.From(made, _program.Torch) is { } kept && AxisMap.KeepsAxes(kept))
                {
                    input = kept.Input;
                }
                else if (made is IInvocationOperation before && KeepsAxes(before))
                {
                    input = before.Arguments[0].Value;
                }
                else
                {
                    break;
                }
            }
        }
        return null;
    }

    // output.select(1, -1), output[TensorIndex.Colon, -1], output.mean([1L]), (output * real).sum(1) / real.sum(1)
    private IOperation? PooledAlongTime(IOperation made)
    {
        if (made is IBinaryOperation { OperatorKind: BinaryOperatorKind.Divide } mean)
        {
            return TensorCall.From(_body.Provenance?.Trace(mean.LeftOperand).Single, _program.Torch) is { Name: "sum" } sum && AxisMap.DimensionsOf(sum) is { Count: 1 } summed && summed[0] == 1
                ? sum.Input : null;
        }
        if (made is IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } indexed } part && _program.Torch.IsTensor(indexed.Type))
        {
            return IsLast(TensorPicks.Of(part.Arguments)) ? indexed : null;
        }
        return TensorCall.From(made, _program.Torch) switch
        {
            { Name: "index" } index => IsLast(TensorPicks.Of(index.Invocation.Arguments)) ? index.Input : null,
            { Name: "select" } select => select.Argument("dim")?.Number() is 1 && select.Argument("index")?.Number() is -1 ? select.Input : null,
            { Name: "mean" or "sum" or "amax" } pool => AxisMap.DimensionsOf(pool) is { Count: 1 } along && along[0] == 1 ? pool.Input : null,
            _ => null,
        };
    }

    private static bool IsLast(IReadOnlyList<(long Dimension, IOperation Position)>? picks) =>
        picks is { Count: 1 } && picks[0].Dimension == 1 && (picks[0].Position.Number() is -1 || picks[0].Position is IUnaryOperation { Operand: var end } && end.Number() is 1);

    private bool IsOutputOf(IOperation tensor, IInvocationOperation call, int depth)
    {
        if (TupleElement.From(tensor, _body) is { } element)
        {
            return element.Index == 0 && element.CallIn(_body) == call;
        }
        return depth > 0 && _body.Provenance?.Trace(tensor).Single is { } made
            && (made == call
                // What a mask leaves of it.
                || (made is IBinaryOperation { OperatorKind: BinaryOperatorKind.Multiply } masked
                    && (IsOutputOf(masked.LeftOperand, call, depth - 1) || IsOutputOf(masked.RightOperand, call, depth - 1)))
                || (TensorCall.From(made, _program.Torch) is { } kept && AxisMap.KeepsAxes(kept) && IsOutputOf(kept.Input, call, depth - 1))
                || (made is IInvocationOperation before && KeepsAxes(before) && IsOutputOf(before.Arguments[0].Value, call, depth - 1)));
    }

    /// <summary>Whether a call is that of a layer that leaves every axis where it is: dropout, a normalisation.</summary>
    private bool KeepsAxes(IInvocationOperation forward) => forward.Arguments.Length > 0 && EventVocabulary.IsForward(forward, _program.Torch)
        && _program.Values.Of(forward.Instance, _body) is { Length: 1 } layers && AxisMap.KeepsAxes(layers[0].Type, _program.Torch);
}

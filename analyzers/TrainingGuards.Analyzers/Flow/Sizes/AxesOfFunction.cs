using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>What an operation on a tensor makes of its axes.</summary>
/// <param name="call">The operation.</param>
/// <param name="torch">TorchSharp's symbols.</param>
/// <param name="of">The axes of an operand.</param>
/// <param name="sizes">The sizes of the body that the operation stands in.</param>
internal sealed class AxesOfFunction(TensorCall call, TorchSymbols torch, Func<IOperation, AxisLengths> of, Dimensions? sizes)
{
    /// <summary>The axes of the result, a tensor.</summary>
    public AxisLengths Result => call.Name switch
    {
        "view" or "reshape" => Viewed(AxesOfFactory.LengthsIn(call.Argument("shape"), sizes), call.Argument("shape")),
        "view_as" or "reshape_as" or "expand_as" when call.Argument("other") is { } other => of(other),
        "flatten" => Number("start_dim", 0) is { } start && Number("end_dim", -1) is { } end ? Input.Flattened(start, end) : AxisLengths.Unknown,
        "squeeze" => call.Argument("dim") is null ? Input.Squeezed() : Number("dim") is { } dim ? Input.Squeezed(dim) : AxisLengths.Unknown,
        "unsqueeze" => Number("dim") is { } dim ? Input.Unsqueezed(dim) : AxisLengths.Unknown,
        "select" => Number("dim") is { } dim ? Input.Without(dim) : AxisLengths.Unknown,
        "narrow" or "slice" or "index_select" => Number("dim") is { } dim ? Input.With(dim, length: null) : AxisLengths.Unknown,
        "transpose" or "swapaxes" or "swapdims" => Number("dim0") is { } one && Number("dim1") is { } other ? Input.Swapped(one, other) : AxisLengths.Unknown,
        "t" => Input.Rank == 2 ? Input.Swapped(0, 1) : Input.Rank is not null ? Input : AxisLengths.Unknown,
        "permute" => Input.Rank is { } rank ? AxisLengths.OfRank(rank) : AxisLengths.Unknown,
        "gather" when call.Argument("index") is { } index => of(index),
        "sum" or "mean" or "prod" or "norm" or "std" or "var" or "any" or "all" or "argmax" or "argmin" or "amax" or "amin" or "logsumexp" or "median" => Reduced(),
        "max" or "min" => call.Argument("other") is null ? AxisLengths.Scalar : Paired(),
        "one_hot" => Input.Unsqueezed(-1).EndingIn(Number("num_classes") is > 0 and var classes ? classes : null),
        "mm" => AxisLengths.OfRank(2),
        "to" or "type_as" => Input,
        "resize" or "resize_as" or "set" or "as_strided" => AxisLengths.Unknown,
        _ when call.IsInPlace || KeepsAxes(call.Name) || Activation.Of(call) is not null => call.IsInPlace || !HasTensors ? Input : AxisLengths.Unknown,
        _ when IsPairwise(call.Name) => Paired(),
        _ => AxisLengths.Unknown,
    };

    /// <summary>The axes of either element that <c>max(dim)</c> gives, null where the call is not one of these.</summary>
    public AxisLengths? Extreme => call.Name is "max" or "min" or "median" && call.Argument("dim") is not null ? Reduced() : null;

    private AxisLengths Input => of(call.Input);

    private bool HasTensors => call.Invocation.Arguments.Any(argument => argument.Value != call.Input && torch.IsTensor(argument.Value.WithoutConversion().Type));

    /// <summary>What an index leaves: an integer takes an axis away, a range keeps it.</summary>
    public static AxisLengths Indexed(AxisLengths input, ImmutableArray<IArgumentOperation> arguments)
    {
        IOperation[] indices = [.. arguments.SelectMany(argument => ListedValues.ElementsOf(argument.Value) ?? [argument.Value]).Select(Unconverted)];
        int ellipsis = Array.FindIndex(indices, index => index is IFieldReferenceOperation { Field.Name: "Ellipsis" });
        // From the last index inwards, axes are counted from the end; without an ellipsis, from the front.
        for (int i = indices.Length - 1; i >= 0; i--)
        {
            int axis = ellipsis >= 0 && i > ellipsis ? i - indices.Length : i;
            switch (indices[i])
            {
                case { Type.SpecialType: SpecialType.System_Int32 or SpecialType.System_Int64 }:
                case IInvocationOperation { TargetMethod: { Name: "Single", ContainingType.Name: "TensorIndex" } }:
                    // Those behind are gone already, so that counted from the end this one stands nearer to it.
                    input = input.Without(axis < 0 ? axis + indices.Skip(i + 1).Count(IsSingle) : axis);
                    break;
                case { Type.Name: "Range" }:
                case IInvocationOperation { TargetMethod: { Name: "Slice", ContainingType.Name: "TensorIndex" } }:
                    input = input.With(axis < 0 ? axis + indices.Skip(i + 1).Count(IsSingle) : axis, length: null);
                    break;
                case IFieldReferenceOperation { Field: { Name: "Colon" or "Ellipsis", ContainingType.Name: "TensorIndex" } }:
                    break;
                default:
                    return AxisLengths.Unknown;
            }
        }
        return input;
    }

    private AxisLengths Viewed(IReadOnlyList<long?>? lengths, IOperation? shape)
    {
        if (lengths is null)
        {
            return AxisLengths.Unknown;
        }
        IReadOnlyList<IOperation> written = sizes!.ElementsOf(shape!)!;
        int open = lengths.Count(length => length is null);
        long? rest = lengths.Aggregate((long?)1, (product, length) => length is null ? product : product * length);
        // The one that is left to be worked out is worked out.
        return AxisLengths.Of(lengths.Select((length, i) =>
            length ?? (open == 1 && Dimensions.IsInferred(written[i]) && Input.Count is { } count && rest > 0 ? count / rest : null)));
    }

    private AxisLengths Reduced()
    {
        bool? keeps = call.Invocation.Arguments.FirstOrDefault(argument => argument.Parameter?.Name is "keepdim") is { Value: var keepdim }
            ? keepdim.ConstantValue is { HasValue: true, Value: bool isKept } ? isKept : null
            : false;
        var dimensions = call.Invocation.Arguments.Where(argument => argument.ArgumentKind != ArgumentKind.DefaultValue
            && argument.Parameter?.Name is "dim" or "dims" or "dimension" or "dimensions" or "dim0" or "dim1" or "dim2").Select(argument => argument.Value).ToList();
        if (dimensions.Count == 0)
        {
            return call.Invocation.Arguments.Any(argument => argument.Parameter?.Name is "keepdim") ? AxisLengths.Unknown : AxisLengths.Scalar;
        }
        int?[] axes = [.. dimensions.SelectMany(dimension => dimension.WithoutConversion().Type is { SpecialType: SpecialType.System_Int32 or SpecialType.System_Int64 }
            ? [(int?)dimension.Number()]
            : sizes?.ElementsOf(dimension)?.Select(element => (int?)element.Number()) ?? [null])];
        if (keeps is not { } isKeeping || axes.Contains(null) || axes.Length == 0 || (axes.Length > 1 && axes.Any(axis => axis < 0) != axes.All(axis => axis < 0)))
        {
            return AxisLengths.Unknown;
        }
        // Those nearest to the end they are counted from go last, so that the others keep their numbers.
        IEnumerable<int> order = axes.Select(axis => axis!.Value).OrderByDescending(axis => axis < 0 ? -axis : axis);
        return order.Aggregate(Input, (lengths, axis) => isKeeping ? lengths.With(axis, 1) : lengths.Without(axis));
    }

    private AxisLengths Paired() => call.Argument("other", "target", "right", "exponent") is not { } other ? AxisLengths.Unknown
        : torch.IsTensor(other.WithoutConversion().Type) ? Input.Broadcast(of(other))
        : Input;

    private int? Number(string parameter, int? otherwise = null) => call.Argument(parameter) is { } value ? (int?)value.Number() : otherwise;

    private static bool IsSingle(IOperation index) => index is { Type.SpecialType: SpecialType.System_Int32 or SpecialType.System_Int64 }
        or IInvocationOperation { TargetMethod: { Name: "Single", ContainingType.Name: "TensorIndex" } };

    private static IOperation Unconverted(IOperation index) => index is IConversionOperation conversion ? Unconverted(conversion.Operand) : index;

    private static bool IsPairwise(string name) => name is "add" or "sub" or "subtract" or "mul" or "multiply" or "div" or "divide" or "true_divide" or "pow" or "maximum" or "minimum"
        or "eq" or "ne" or "gt" or "lt" or "ge" or "le" or "logical_and" or "logical_or" or "remainder" or "fmod";

    private static bool KeepsAxes(string name) => name is "contiguous" or "clone" or "detach" or "alias" or "type" or "to_type" or "cpu" or "cuda" or "float" or "double"
        or "half" or "bfloat16" or "int" or "long" or "short" or "bool" or "byte" or "requires_grad" or "abs" or "neg" or "exp" or "expm1" or "log" or "log1p" or "log2" or "log10" or "sqrt"
        or "rsqrt" or "square" or "reciprocal" or "sin" or "cos" or "tan" or "erf" or "floor" or "ceil" or "round" or "sign" or "cumsum" or "cumprod" or "clamp" or "clip" or "clamp_min"
        or "clamp_max" or "nan_to_num" or "logical_not" or "zeros_like" or "ones_like" or "rand_like" or "randn_like" or "full_like" or "randint_like" or "empty_like" or "flip" or "bernoulli"
        or "softmax" or "dropout" or "alpha_dropout" or "MoveToOuterDisposeScope" or "MoveToOtherDisposeScope" or "DetachFromDisposeScope";
}

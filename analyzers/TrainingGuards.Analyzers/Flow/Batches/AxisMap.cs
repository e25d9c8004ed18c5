using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Where the axis of the batch is after an operation, and which operations say themselves where it is.</summary>
internal static class AxisMap
{
    private static readonly HashSet<string> Elementwise = new(StringComparer.Ordinal)
    {
        "abs", "acos", "alias", "alpha_dropout", "asin", "atan", "batch_norm", "bernoulli", "bfloat16", "bool", "byte", "ceil", "celu", "clamp", "clip", "clone", "contiguous", "cos",
        "cosh", "cpu", "cuda", "cumsum", "detach", "double", "dropout", "elu", "erf", "exp", "expm1", "feature_alpha_dropout", "float", "floor", "gelu", "glu", "half", "hardsigmoid",
        "hardswish", "hardtanh", "int", "layer_norm", "leaky_relu", "log", "log1p", "log_softmax", "logsigmoid", "long", "masked_fill", "mish", "nan_to_num", "neg", "negative",
        "normalize", "pow", "reciprocal", "relu", "relu6", "requires_grad", "round", "rsqrt", "selu", "sigmoid", "sign", "silu", "sin", "softmax", "softmin", "softplus", "softsign",
        "sqrt", "square", "tanh", "tanhshrink", "threshold", "to", "to_type", "type_as", "DetachFromDisposeScope", "MoveToOtherDisposeScope", "MoveToOuterDisposeScope",
    };

    private static readonly HashSet<string> Reductions = new(StringComparer.Ordinal)
    {
        "all", "amax", "amin", "any", "argmax", "argmin", "logsumexp", "max", "mean", "min", "nanmean", "norm", "prod", "std", "sum", "var",
    };

    // Of [batch, channels, …] both layers and functions keep the first axis.
    private static readonly HashSet<string> OverFeatures = new(StringComparer.Ordinal)
    {
        "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d", "interpolate", "linear", "pad", "upsample",
    };

    /// <summary>Whether an operation leaves every axis where it is.</summary>
    public static bool KeepsAxes(TensorCall call) => Elementwise.Contains(call.Name)
        || (call.Name is "add" or "sub" or "mul" or "div" && call.Invocation.Arguments.All(argument => argument.Value == call.Input || IsNumber(argument.Value)));

    /// <summary>Whether a layer leaves every axis where it is.</summary>
    public static bool KeepsAxes(ITypeSymbol layer, TorchSymbols torch) => Layers.IsDropout(layer, torch) || Layers.IsNormalization(layer, torch)
        || Activation.Of(layer, torch) is not null || (Layers.IsBuiltIn(layer, torch) && layer.Name is "Identity");

    /// <summary>Where an axis is after a function, null where it is gone or that is not certain.</summary>
    public static TensorAxis? After(TensorCall call, TensorAxis axis)
    {
        switch (call.Name)
        {
            case var _ when KeepsAxes(call) || call.Name is "narrow" or "slice":
                return axis;
            case var reduction when Reductions.Contains(reduction):
                return DimensionsOf(call) is { Count: > 0 } reduced ? IsTrue(call.Argument("keepdim")) ? Kept(axis, reduced) : axis.Without(reduced) : null;
            case "select" when Number(call.Argument("dim")) is { } dim:
                return axis.Without([dim]);
            // What is not of length 1 is left: the axis behind it stays where it is, or does not.
            case "squeeze" when Number(call.Argument("dim")) is { } dim:
                return axis.Compare(dim) is > 0 ? new TensorAxis(axis.Index, Math.Max(axis.Index + 1, axis.LeastRank - 1)) : null;
            case "unsqueeze" when Number(call.Argument("dim")) is { } dim:
                return axis.With(dim);
            case "one_hot":
                return axis.With(-1);
            case "transpose" or "swapaxes" or "swapdims" when Number(call.Argument("dim0", "axis0")) is { } one && Number(call.Argument("dim1", "axis1")) is { } other:
                return axis.Swapped(one, other);
            case "t" when axis.Index < 2:
                return new TensorAxis(1 - axis.Index, 2, isRank: true);
            case "permute" when Numbers(call.Argument("permutation")) is { } order:
                return axis.Permuted(order);
            case "flatten" when StartOf(call) is { } start && axis.Compare(start) is > 0:
                return start > 0 ? new TensorAxis(axis.Index, (int)start + 1, isRank: call.Argument("end_dim") is null) : axis;
            case "unflatten" when Number(call.Argument("dim")) is { } dim && axis.Compare(dim) is > 0:
                return new TensorAxis(axis.Index, axis.LeastRank + 1);
            case var function when OverFeatures.Contains(function) || function.Contains("pool"):
                return axis.Index == 0 && axis.LeastRank > 1 ? axis : null;
            default:
                return null;
        }
    }

    /// <summary>Where an axis is after a layer, null where it is gone or that is not certain.</summary>
    public static TensorAxis? After(Layer layer, TensorAxis axis, TorchSymbols torch) => layer.Type.Name switch
    {
        _ when KeepsAxes(layer.Type, torch) => axis,
        "Embedding" => axis.With(-1),
        // What is stacked from examples has features behind the batch, or no Linear could take it.
        "Linear" => axis.LeastRank > axis.Index + 1 ? axis : new TensorAxis(axis.Index, axis.Index + 2),
        "Flatten" => layer.Number("start_dim") is { } start and > 0 && axis.Index < start ? new TensorAxis(axis.Index, (int)start + 1, isRank: layer.Number("end_dim") is -1) : null,
        "Unflatten" => axis.Index == 0 ? new TensorAxis(0, axis.LeastRank + 1) : null,
        "TransformerEncoder" or "TransformerEncoderLayer" or "Upsample" => axis,
        "Conv1d" or "ConvTranspose1d" => axis.Index == 0 ? new TensorAxis(0, 3, isRank: true) : null,
        "Conv2d" or "ConvTranspose2d" => axis.Index == 0 ? new TensorAxis(0, 4, isRank: true) : null,
        "Conv3d" or "ConvTranspose3d" => axis.Index == 0 ? new TensorAxis(0, 5, isRank: true) : null,
        var name when name.Contains("Pool") || name.Contains("Pad") || name.StartsWith("Pixel", StringComparison.Ordinal) => axis.Index == 0 ? axis : null,
        _ => null,
    };

    /// <summary>The batch that a layer takes its first axis for, null where it takes none for it.</summary>
    public static TensorAxis? SaidBy(Layer layer, TorchSymbols torch) => layer.Type.Name switch
    {
        "BatchNorm1d" => new TensorAxis(0, 2),
        "BatchNorm2d" => new TensorAxis(0, 4, isRank: true),
        "BatchNorm3d" => new TensorAxis(0, 5, isRank: true),
        "Flatten" when Layers.IsBuiltIn(layer.Type, torch) && layer.Number("start_dim") is 1 && layer.Number("end_dim") is -1 => new TensorAxis(0, 2, isRank: true),
        _ => null,
    };

    /// <summary>The first axis of what flatten(1) gives, and a view whose first size is −1 or the first size of a tensor.</summary>
    public static TensorAxis? SaidBy(TensorCall call, Dimensions dimensions)
    {
        switch (call.Name)
        {
            case "flatten" when StartOf(call) == 1 && call.Argument("end_dim") is null:
                return new TensorAxis(0, 2, isRank: true);
            case "view" or "reshape" when call.Argument("shape") is { } shape && dimensions.ElementsOf(shape) is { Count: > 1 } sizes
                && (Dimensions.IsInferred(sizes[0]) || (dimensions.ExtentOf(sizes[0]) is { } first
                    && (first.Name is { Axis: 0 } || first.Equals(dimensions.ShapeOf(call.Input)?[0])))):
                return new TensorAxis(0, sizes.Count, isRank: true);
            default:
                return null;
        }
    }

    /// <summary>The dimensions that a function reduces, normalises or selects along; empty where it takes all, null where they are not constants.</summary>
    public static IReadOnlyList<long>? DimensionsOf(TensorCall call)
    {
        var dimensions = new List<long>();
        foreach (IArgumentOperation argument in call.Invocation.Arguments.Where(argument => argument.ArgumentKind != ArgumentKind.DefaultValue
            && argument.Parameter?.Name is "dim" or "dim0" or "dim1" or "dim2" or "dims" or "dimension" or "dimensions"))
        {
            if ((Number(argument.Value) is { } one ? [one] : Numbers(argument.Value)) is not { } given)
            {
                return null;
            }
            dimensions.AddRange(given);
        }
        return dimensions;
    }

    /// <summary>The sizes that a view is given one by one or as an array on the spot; null where they come from elsewhere.</summary>
    public static IReadOnlyList<IOperation>? SizesOf(TensorCall view) => view.Argument("shape") is { } shape && ListedValues.ElementsOf(shape.WithoutConversion()) is { } sizes
        && ListedValues.IsComplete(shape.WithoutConversion()) ? [.. sizes] : null;

    /// <summary>The first dimension that flatten merges.</summary>
    public static long? StartOf(TensorCall call) => call.Argument("start_dim") is { } given ? Number(given) : 0;

    private static TensorAxis? Kept(TensorAxis axis, IReadOnlyList<long> reduced) => reduced.All(dimension => axis.Compare(dimension) is { } order && order != 0) ? axis : null;

    private static long? Number(IOperation? value) => value?.Number() is { } number && number == Math.Floor(number) ? (long)number : null;

    private static IReadOnlyList<long>? Numbers(IOperation? array)
    {
        if (array is null || ListedValues.ElementsOf(array.WithoutConversion()) is not { } elements || !ListedValues.IsComplete(array.WithoutConversion()))
        {
            return null;
        }
        long?[] numbers = [.. elements.Select(Number)];
        return numbers.All(number => number is not null) ? [.. numbers.Select(number => number!.Value)] : null;
    }

    private static bool IsTrue(IOperation? value) => value?.ConstantValue is { HasValue: true, Value: true };

    private static bool IsNumber(IOperation value) => value.Number() is not null || value.WithoutConversion().Type is { SpecialType: >= SpecialType.System_SByte and <= SpecialType.System_Double };
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>The sizes of one example of a batch whose first axis is the examples, as far as constants and layers tell them.</summary>
internal sealed class ExampleShape
{
    private readonly IReadOnlyList<long?> _sizes;

    private ExampleShape(IEnumerable<long?> sizes) => _sizes = [.. sizes];

    /// <summary>How many numbers an example has, null where a size is not known.</summary>
    public long? Count => _sizes.Aggregate((long?)1, (product, size) => product * size);

    /// <summary>The last size, null where it is not known.</summary>
    public long? Last => _sizes.Count > 0 ? _sizes[_sizes.Count - 1] : null;

    /// <summary>The sizes that a view gives each example, null where one of them is not a constant.</summary>
    public static ExampleShape? Viewed(IReadOnlyList<IOperation> sizes)
    {
        double?[] behind = [.. sizes.Skip(1).Select(size => size.Number())];
        return behind.Length > 0 && behind.All(size => size > 0) ? new ExampleShape(behind.Select(size => (long?)size)) : null;
    }

    /// <summary>All numbers of an example in a row, as flatten(1) leaves them.</summary>
    /// <param name="before">The shape before, null where nothing of it is known.</param>
    public static ExampleShape Flattened(ExampleShape? before) => new([before?.Count]);

    /// <summary>The shape after a layer or a function of its kind, null where it is not known.</summary>
    /// <param name="before">The shape before, null where nothing of it is known.</param>
    /// <param name="name">The layer's type, or the function's name.</param>
    /// <param name="call">The layer's creation, or the function's call.</param>
    public static ExampleShape? After(ExampleShape? before, string name, IOperation? call)
    {
        if (call is null)
        {
            return null;
        }
        ImmutableArray<IArgumentOperation> arguments = CallBinding.ArgumentsOf(call);
        return name switch
        {
            "Linear" => before is null ? null : new ExampleShape([.. before._sizes.Take(before._sizes.Count - 1), Setting(arguments, "outputSize", 0, null)]),
            "Conv1d" or "Conv2d" or "Conv3d" => Slid(before, name[4] - '0', arguments, Setting(arguments, "out_channels", 0, null), defaultStride: 1),
            "MaxPool1d" or "MaxPool2d" or "MaxPool3d" or "AvgPool1d" or "AvgPool2d" or "AvgPool3d"
                or "max_pool1d" or "max_pool2d" or "max_pool3d" or "avg_pool1d" or "avg_pool2d" or "avg_pool3d" =>
                before is null ? null : Slid(before, name[name.Length - 2] - '0', arguments, channels: null, defaultStride: null),
            "AdaptiveAvgPool1d" or "AdaptiveAvgPool2d" or "AdaptiveAvgPool3d" or "AdaptiveMaxPool1d" or "AdaptiveMaxPool2d" or "AdaptiveMaxPool3d"
                or "adaptive_avg_pool1d" or "adaptive_avg_pool2d" or "adaptive_avg_pool3d" =>
                before is null ? null : Sized(before, name[name.Length - 2] - '0', arguments),
            "Flatten" or "flatten" => Flattened(before),
            _ => null,
        };
    }

    private static ExampleShape? Sized(ExampleShape before, int axes, ImmutableArray<IArgumentOperation> arguments) => before._sizes.Count != axes + 1
        ? null
        : new ExampleShape([before._sizes[0], .. Enumerable.Range(0, axes).Select(axis => Setting(arguments, "output_size", axis, null))]);

    /// <summary>What a window leaves that is moved over the axes behind the channels.</summary>
    private static ExampleShape? Slid(ExampleShape? before, int axes, ImmutableArray<IArgumentOperation> arguments, long? channels, long? defaultStride)
    {
        if (before is not null && before._sizes.Count != axes + 1)
        {
            return null;
        }
        long? Size(int axis)
        {
            long? kernel = Setting(arguments, "kernel_size", axis, null);
            long? stride = Setting(arguments, arguments.Any(argument => argument.Parameter?.Name == "strides") ? "strides" : "stride", axis, defaultStride ?? kernel);
            long? padding = Setting(arguments, "padding", axis, 0), dilation = Setting(arguments, "dilation", axis, 1);
            bool isFloor = arguments.FirstOrDefault(argument => argument.Parameter?.Name == "ceil_mode")?.Value.ConstantValue is null or { HasValue: true, Value: false };
            return isFloor && stride > 0 ? ((before?._sizes[axis + 1] + (2 * padding) - (dilation * (kernel - 1)) - 1) / stride) + 1 : null;
        }
        return new ExampleShape([channels ?? before?._sizes[0], .. Enumerable.Range(0, axes).Select(Size)]);
    }

    /// <summary>A number of a layer, for one of its axes: given for all of them or for each.</summary>
    private static long? Setting(ImmutableArray<IArgumentOperation> arguments, string name, int axis, long? otherwise)
    {
        if (arguments.FirstOrDefault(argument => argument.Parameter?.Name == name) is not { } argument)
        {
            return otherwise;
        }
        IOperation given = argument.Value;
        while (given is IConversionOperation { ConstantValue.HasValue: false } conversion)
        {
            given = conversion.Operand;
        }
        return given switch
        {
            { Type.TypeKind: TypeKind.Enum } => null,
            ITupleOperation each => axis < each.Elements.Length ? (long?)each.Elements[axis].Number() : null,
            IArrayCreationOperation each => ListedValues.ElementsOf(each)?.ElementAtOrDefault(axis) is { } one ? (long?)one.Number() : null,
            IDefaultValueOperation or { ConstantValue: { HasValue: true, Value: null } } => otherwise,
            _ => (long?)given.Number(),
        };
    }
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>The axes of a tensor that is made of numbers: <c>zeros(n, 1)</c>, <c>tensor(array)</c>, <c>arange(n)</c>.</summary>
internal static class AxesOfFactory
{
    public static AxisLengths Of(IInvocationOperation factory, Dimensions? sizes) => factory.TargetMethod.Name switch
    {
        "zeros" or "ones" or "empty" or "rand" or "randn" or "full" or "randint" or "normal" => Sized(factory, sizes),
        "tensor" or "as_tensor" or "from_array" or "frombuffer" => OfData(factory, sizes),
        "arange" => AxisLengths.OfRank(1),
        "linspace" or "logspace" => AxisLengths.Of([LengthOf(Argument(factory, "steps"), sizes)]),
        "randperm" => AxisLengths.Of([LengthOf(Argument(factory, "n"), sizes)]),
        "eye" => AxisLengths.OfRank(2),
        _ => AxisLengths.Unknown,
    };

    /// <summary>The lengths in an array of sizes, null where it is not known how many there are.</summary>
    public static IReadOnlyList<long?>? LengthsIn(IOperation? array, Dimensions? sizes) =>
        array is not null && sizes?.ElementsOf(array) is { } elements && !elements.Any(ListedValues.IsSpread)
            ? [.. elements.Select(element => LengthOf(element, sizes))]
            : null;

    /// <summary>A length where it is a constant.</summary>
    public static long? LengthOf(IOperation? size, Dimensions? sizes) => size is null ? null : sizes?.ExtentOf(size)?.Number;

    private static AxisLengths Sized(IInvocationOperation factory, Dimensions? sizes)
    {
        if (Argument(factory, "size") is { } size && !IsInteger(size.Type))
        {
            return LengthsIn(size, sizes) is { } lengths ? AxisLengths.Of(lengths) : AxisLengths.Unknown;
        }
        return OfDimensions(factory, sizes) ?? AxisLengths.Unknown;
    }

    private static AxisLengths OfData(IInvocationOperation factory, Dimensions? sizes)
    {
        if (Argument(factory, "dimensions") is { } dimensions)
        {
            return LengthsIn(dimensions, sizes) is { } lengths ? AxisLengths.Of(lengths) : AxisLengths.Unknown;
        }
        if (OfDimensions(factory, sizes) is { } sized)
        {
            return sized;
        }
        IOperation? data = factory.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == 0)?.Value.WithoutConversion();
        return data?.Type switch
        {
            IArrayTypeSymbol { ElementType: IArrayTypeSymbol } => AxisLengths.Unknown,
            IArrayTypeSymbol { Rank: 1 } => AxisLengths.Of([LengthOfArray(data, sizes)]),
            IArrayTypeSymbol { Rank: var rank } => AxisLengths.OfRank(rank),
            INamedTypeSymbol { Name: "Array" } => AxisLengths.Unknown,
            INamedTypeSymbol { IsGenericType: true, TypeArguments.Length: 1, IsTupleType: false } => AxisLengths.OfRank(1),
            null when data is not null && ListedValues.ElementsOf(data) is not null => AxisLengths.Of([LengthOfArray(data, sizes)]),
            { IsValueType: true, IsTupleType: false } when factory.TargetMethod.Parameters[0].Name == "scalar" => AxisLengths.Scalar,
            _ => AxisLengths.Unknown,
        };
    }

    /// <summary>Sizes that are given one by one: rows and columns, or dim0, dim1 and so on.</summary>
    private static AxisLengths? OfDimensions(IInvocationOperation factory, Dimensions? sizes)
    {
        long?[] lengths = [.. factory.Arguments
            .Where(argument => argument.Parameter is { Name: "size" or "rows" or "columns" or "dim0" or "dim1" or "dim2" or "dim3", Type: var type } && IsInteger(type))
            .OrderBy(argument => argument.Parameter!.Ordinal).Select(argument => LengthOf(argument.Value, sizes))];
        return lengths.Length > 0 ? AxisLengths.Of(lengths) : null;
    }

    private static long? LengthOfArray(IOperation array, Dimensions? sizes) => array switch
    {
        IArrayCreationOperation { Initializer: { } initializer } => initializer.ElementValues.Length,
        IArrayCreationOperation { DimensionSizes: { Length: 1 } lengths } => LengthOf(lengths[0], sizes),
        _ => sizes?.ElementsOf(array) is { } elements && !elements.Any(ListedValues.IsSpread) ? elements.Count : null,
    };

    private static bool IsInteger(ITypeSymbol? type) => type?.SpecialType is SpecialType.System_Int32 or SpecialType.System_Int64;

    private static IOperation? Argument(IInvocationOperation call, string name) => call.Arguments
        .FirstOrDefault(argument => argument.ArgumentKind != ArgumentKind.DefaultValue && argument.Parameter?.Name == name)?.Value;
}

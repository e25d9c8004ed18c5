using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>One of TorchSharp's layers inside a module.</summary>
internal sealed class Layer(INamedTypeSymbol type, IOperation? creation)
{
    public INamedTypeSymbol Type { get; } = type;

    /// <summary>What made it, null where only its type is known.</summary>
    public IOperation? Creation { get; } = creation;

    /// <summary>A constant argument of its constructor or factory, defaults included; null where it is none.</summary>
    public object? Constant(string parameter) => Argument(parameter) is { ConstantValue: { HasValue: true, Value: var value } } ? value : null;

    /// <summary>A constant number, null where it is none.</summary>
    public double? Number(string parameter) => Constant(parameter) switch
    {
        double number => number,
        float number => number,
        long number => number,
        int number => number,
        _ => null,
    };

    /// <summary>Whether an argument is left to its default.</summary>
    public bool IsDefault(string parameter) => Creation is not null
        && CallBinding.ArgumentsOf(Creation).Any(argument => argument.Parameter?.Name == parameter && argument.ArgumentKind == ArgumentKind.DefaultValue);

    /// <summary>An argument of its constructor or factory, null where there is none of that name.</summary>
    public IOperation? Argument(string parameter) => Creation is null
        ? null
        : CallBinding.ArgumentsOf(Creation).FirstOrDefault(argument => argument.Parameter?.Name == parameter)?.Value is { } value
            ? Unconverted(value)
            : null;

    private static IOperation Unconverted(IOperation value) =>
        value is IConversionOperation { ConstantValue.HasValue: false, OperatorMethod: null } conversion ? Unconverted(conversion.Operand) : value;
}

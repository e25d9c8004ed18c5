using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>What operations lack to be read without their wrapping.</summary>
internal static class OperationExtensions
{
    /// <summary>The constant that a number is, also one that has become a Scalar or a Tensor by a conversion of TorchSharp's.</summary>
    public static double? Number(this IOperation operation)
    {
        while (operation is IConversionOperation { ConstantValue.HasValue: false } conversion)
        {
            operation = conversion.Operand;
        }
        return operation.ConstantValue is { HasValue: true, Value: IConvertible and not (string or bool or char) and var value }
            ? Convert.ToDouble(value, CultureInfo.InvariantCulture)
            : null;
    }

    /// <summary>What a message calls a value: its variable's name, or the beginning of the expression.</summary>
    public static string Name(this IOperation operation) => operation.WithoutConversion() switch
    {
        ILocalReferenceOperation local => local.Local.Name,
        IParameterReferenceOperation parameter => parameter.Parameter.Name,
        IMemberReferenceOperation member => member.Member.Name,
        IInvocationOperation call => $"{call.TargetMethod.Name}(…)",
        var other when other.Syntax.Span.Length <= 40 => other.Syntax.ToString(),
        _ => "…",
    };

    /// <summary>The variable, field or property that a value is read from, null for what is computed.</summary>
    public static ISymbol? Symbol(this IOperation operation) => operation.WithoutConversion() switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        IMemberReferenceOperation { Instance: null or IInstanceReferenceOperation } member => member.Member,
        _ => null,
    };

    /// <summary>The operand of parentheses and of conversions that do not run code of the user's.</summary>
    public static IOperation WithoutConversion(this IOperation operation)
    {
        while (true)
        {
            switch (operation)
            {
                case IConversionOperation { OperatorMethod: null } conversion:
                    operation = conversion.Operand;
                    break;
                case IParenthesizedOperation parenthesized:
                    operation = parenthesized.Operand;
                    break;
                default:
                    return operation;
            }
        }
    }
}

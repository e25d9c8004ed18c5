using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>The dimensions that an index takes one position of, and so away: 1 in <c>x[.., -1]</c>.</summary>
internal static class TensorPicks
{
    /// <summary>Each dimension, counted from the end after an ellipsis, with its position; null where an index is no number and no slice.</summary>
    /// <param name="arguments">Those of an indexer or of <c>index(…)</c>.</param>
    public static IReadOnlyList<(long Dimension, IOperation Position)>? Of(ImmutableArray<IArgumentOperation> arguments)
    {
        IOperation[] indices = [.. arguments.SelectMany(argument => argument.ArgumentKind == ArgumentKind.ParamArray
            ? ListedValues.ElementsOf(argument.Value) ?? []
            : ListedValues.ElementsOf(argument.Value.WithoutConversion()) ?? [argument.Value.WithoutConversion()])];
        var picks = new List<(long, IOperation)>();
        int ellipsis = -1;
        for (int i = 0; i < indices.Length; i++)
        {
            IOperation index = Unconverted(indices[i]);
            if (IsEllipsis(index) && ellipsis < 0)
            {
                ellipsis = i;
            }
            else if (IsNumber(index))
            {
                picks.Add((ellipsis < 0 ? i : i - indices.Length, index));
            }
            else if (!IsSlice(index))
            {
                return null;
            }
        }
        return picks;
    }

    // A number becomes a TensorIndex by a conversion of TorchSharp's.
    private static IOperation Unconverted(IOperation index)
    {
        while (index is IConversionOperation conversion)
        {
            index = conversion.Operand;
        }
        return index is IInvocationOperation { TargetMethod: { Name: "Single", ContainingType.Name: "TensorIndex" } } single ? single.Arguments[0].Value.WithoutConversion() : index;
    }

    private static bool IsNumber(IOperation index) => index.Type?.SpecialType is SpecialType.System_Int32 or SpecialType.System_Int64
        || index is IUnaryOperation { OperatorKind: UnaryOperatorKind.Hat };

    private static bool IsSlice(IOperation index) => index is IRangeOperation
        || index is IInvocationOperation { TargetMethod: { Name: "Slice", ContainingType.Name: "TensorIndex" } }
        || IsNamed(index, "Colon");

    private static bool IsEllipsis(IOperation index) => IsNamed(index, "Ellipsis");

    private static bool IsNamed(IOperation index, string name) => index is IMemberReferenceOperation { Member: { ContainingType.Name: "TensorIndex" } member } && member.Name == name;
}

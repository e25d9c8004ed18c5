using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>A local or parameter, or a part of one that is read by the same members and constant indices each time: <c>batch.audio</c>, <c>batch["data"]</c>.</summary>
internal static class VariablePart
{
    /// <summary>The local or parameter that a part belongs to, null where it is a part of something else.</summary>
    public static IOperation? RootOf(IOperation part)
    {
        while (part is IMemberReferenceOperation { Instance: { } instance })
        {
            part = instance;
        }
        return part is ILocalReferenceOperation or IParameterReferenceOperation ? part : null;
    }

    /// <summary>Every place of a member's body where a part is named, the one that is asked with included.</summary>
    public static IEnumerable<IOperation> MentionsOf(IOperation part, LocalUses locals)
    {
        int depth = part.DescendantsAndSelf().OfType<IMemberReferenceOperation>().Count();
        foreach (IOperation root in RootOf(part)?.Symbol() is { } variable ? locals.Of(variable) : [])
        {
            IOperation mention = root;
            for (int i = 0; i < depth && mention.Parent is IMemberReferenceOperation member && member.Instance == mention; i++)
            {
                mention = member;
            }
            if (IsSame(part, mention))
            {
                yield return mention;
            }
        }
    }

    private static bool IsSame(IOperation one, IOperation other) => (one, other) switch
    {
        (ILocalReferenceOperation or IParameterReferenceOperation, ILocalReferenceOperation or IParameterReferenceOperation) => TorchSymbols.Same(one.Symbol(), other.Symbol()),
        (IMemberReferenceOperation { Instance: { } left } member, IMemberReferenceOperation { Instance: { } right } same) =>
            TorchSymbols.Same(member.Member, same.Member) && IsSame(left, right) && IndicesOf(member) is { } indices && IndicesOf(same) is { } others && indices.SequenceEqual(others),
        _ => false,
    };

    /// <summary>The constants that an indexer is given, empty for other members; null where one is no constant.</summary>
    private static object?[]? IndicesOf(IMemberReferenceOperation member) => member is not IPropertyReferenceOperation { Arguments: var arguments } ? []
        : arguments.All(argument => Plain(argument.Value).ConstantValue.HasValue) ? [.. arguments.Select(argument => Plain(argument.Value).ConstantValue.Value)]
        : null;

    // An index becomes a TensorIndex by a conversion of TorchSharp's.
    private static IOperation Plain(IOperation index) => index is IConversionOperation { ConstantValue.HasValue: false } conversion ? Plain(conversion.Operand) : index;
}

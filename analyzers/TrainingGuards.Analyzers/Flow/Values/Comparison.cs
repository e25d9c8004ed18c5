using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Where a tensor is compared with another, element by element: as it is, or through a variable that only ever holds it.</summary>
internal static class Comparison
{
    /// <summary>The first comparison of a value, null where there is none in its own body.</summary>
    public static IOperation? Of(IOperation value, TorchSymbols torch) => value.Parent switch
    {
        IConversionOperation or IParenthesizedOperation => Of(value.Parent, torch),
        IInvocationOperation call when call.Instance == value => TensorCall.From(call, torch) switch
        {
            { Name: "eq" or "ne" } => call,
            { } kept when AxisMap.KeepsAxes(kept) => Of(call, torch),
            _ => null,
        },
        IArgumentOperation { Parent: IInvocationOperation call } when TensorCall.From(call, torch) is { Name: "eq" or "ne" } => call,
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } equality => equality,
        IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } } declared => OfLocal(local, declared, torch),
        _ => null,
    };

    private static IOperation? OfLocal(ILocalSymbol local, IOperation declaration, TorchSymbols torch)
    {
        IOperation root = declaration;
        while (root.Parent is not null)
        {
            root = root.Parent;
        }
        IOperation[] uses = [.. root.DescendantsAndSelf().Where(use => use is ILocalReferenceOperation reference && TorchSymbols.Same(reference.Local, local))];
        return uses.Any(use => use.Parent is IAssignmentOperation assignment && assignment.Target == use)
            ? null
            : uses.Select(use => Of(use, torch)).FirstOrDefault(found => found is not null);
    }
}

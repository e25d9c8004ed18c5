using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>The one input, or the one target, of a batch of TrainingGuards' own, whose first axis is the examples by its contract.</summary>
internal static class GuardedBatch
{
    // Tensor inputs = batch.Inputs;
    public static bool Is(IOperation value, TorchSymbols torch) =>
        value is IConversionOperation { OperatorMethod: not null, Operand: IPropertyReferenceOperation { Property: { Name: "Inputs" or "Targets", ContainingType: var batch } } } && torch.IsTensor(value.Type)
        && batch is { Name: "Batch", ContainingNamespace: { Name: "TrainingGuards", ContainingNamespace.IsGlobalNamespace: true } };
}

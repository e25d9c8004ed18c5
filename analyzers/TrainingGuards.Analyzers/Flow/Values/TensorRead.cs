using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Numbers that are read out of a tensor: <c>x.item&lt;float&gt;()</c>, <c>x.ToDouble()</c>, <c>(float)x</c>.</summary>
internal static class TensorRead
{
    private const int Depth = 4;

    /// <summary>The tensor that an operation reads a number out of, null where it does something else.</summary>
    public static IOperation? Of(IOperation operation, TorchSymbols torch) => operation switch
    {
        IInvocationOperation { TargetMethod.Name: "item" or "ToSingle" or "ToDouble" or "ToInt64" or "ToInt32" or "ToInt16" or "ToHalf" } call when torch.Owns(call.TargetMethod) =>
            (call.Instance ?? call.Arguments.FirstOrDefault()?.Value) is { } tensor && torch.IsTensor(tensor.Type) ? tensor : null,
        IConversionOperation { OperatorMethod: { } method, Operand: var tensor } when torch.Owns(method) && torch.IsTensor(tensor.Type) && !torch.IsTensor(operation.Type) => tensor,
        _ => null,
    };

    /// <summary>Whether a number is, or is computed from, one that is read out of a tensor by an operation that <paramref name="isWanted"/>.</summary>
    public static bool IsIn(IOperation number, MethodBody body, TorchSymbols torch, Func<IOperation, bool> isWanted) => IsIn(number, body, torch, isWanted, Depth);

    private static bool IsIn(IOperation number, MethodBody body, TorchSymbols torch, Func<IOperation, bool> isWanted, int depth) =>
        number.DescendantsAndSelf().Any(part => (Of(part, torch) is not null && isWanted(part))
            || (depth > 0 && part is ILocalReferenceOperation && body.Provenance?.Trace(part).Operations.Any(made => IsIn(made, body, torch, isWanted, depth - 1)) == true));
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Whether gradients are recorded where an operation stands.</summary>
internal static class GradientMode
{
    /// <summary>Whether a using around or before the operation, in its own body, turns recording off.</summary>
    public static bool IsOff(IOperation operation, TorchSymbols torch)
    {
        IOperation inner = operation;
        for (IOperation? outer = operation.Parent; outer is not null; inner = outer, outer = outer.Parent)
        {
            switch (outer)
            {
                case IUsingOperation scope when scope.Body == inner && TurnsOff(scope.Resources, torch):
                case IBlockOperation block when block.Operations.TakeWhile(statement => statement != inner)
                    .Any(statement => statement is IUsingDeclarationOperation declaration && TurnsOff(declaration, torch)):
                    return true;
                case IAnonymousFunctionOperation or ILocalFunctionOperation:
                    return false;
            }
        }
        return false;
    }

    /// <summary>Whether the resource of a using is a guard that turns recording off.</summary>
    public static bool TurnsOff(IOperation resource, TorchSymbols torch) => resource.DescendantsAndSelf().OfType<IInvocationOperation>().Any(call =>
        EventVocabulary.KindOf(call, torch) == EventKind.GradModeBegin
        && (call.TargetMethod.Name == "no_grad"
            || (call.TargetMethod.Name == "inference_mode" && call.Arguments.All(argument => argument.Value.ConstantValue is not { HasValue: true, Value: false }))
            || (call.TargetMethod.Name == "set_grad_enabled" && call.Arguments.Any(argument => argument.Value.ConstantValue is { HasValue: true, Value: false }))));
}

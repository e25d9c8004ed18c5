using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>A using that holds for the thread that opened it alone: gradients turned off, or a dispose scope.</summary>
internal sealed class ThreadBoundScope
{
    private ThreadBoundScope(bool stopsGradients, ImmutableArray<IOperation> extent)
    {
        StopsGradients = stopsGradients;
        Extent = extent;
    }

    /// <summary>Whether it turns gradients off; else it disposes of tensors.</summary>
    public bool StopsGradients { get; }

    /// <summary>The statements that run while it is open.</summary>
    public ImmutableArray<IOperation> Extent { get; }

    /// <summary>What a call opens, an operation of the tree; null where that is none of these, or not the resource of a using.</summary>
    public static ThreadBoundScope? Of(IInvocationOperation creation, TorchSymbols torch)
    {
        bool stopsGradients = creation.Arguments.All(argument => argument.Value.ConstantValue.HasValue) && GradientMode.TurnsOff(creation, torch);
        return (stopsGradients || IsDisposeScope(creation, torch)) && ExtentOf(creation) is { IsEmpty: false } extent
            ? new ThreadBoundScope(stopsGradients, extent)
            : null;
    }

    /// <summary>Whether an operation stands in a dispose scope of its own body.</summary>
    public static bool Disposes(IOperation operation, TorchSymbols torch)
    {
        IOperation inner = operation;
        for (IOperation? outer = operation.Parent; outer is not (null or IAnonymousFunctionOperation or ILocalFunctionOperation); inner = outer, outer = outer.Parent)
        {
            if (outer is IUsingOperation scope && scope.Body == inner ? Opens(scope.Resources)
                : outer is IBlockOperation block && block.Operations.TakeWhile(statement => statement != inner).Any(statement => statement is IUsingDeclarationOperation && Opens(statement)))
            {
                return true;
            }
        }
        return false;

        bool Opens(IOperation resource) => resource.DescendantsAndSelf().OfType<IInvocationOperation>().Any(call => IsDisposeScope(call, torch));
    }

    private static bool IsDisposeScope(IInvocationOperation call, TorchSymbols torch) =>
        call.TargetMethod.Name == "NewDisposeScope" && TorchSymbols.Same(call.TargetMethod.ContainingType, torch.Torch);

    private static ImmutableArray<IOperation> ExtentOf(IOperation resource)
    {
        IOperation inner = resource;
        while (inner.Parent is IConversionOperation or IVariableInitializerOperation or IVariableDeclaratorOperation or IVariableDeclarationOperation
            or IVariableDeclarationGroupOperation)
        {
            inner = inner.Parent;
        }
        return inner.Parent switch
        {
            IUsingOperation scope when scope.Resources == inner => ImmutableArray.Create(scope.Body),
            IUsingDeclarationOperation { Parent: IBlockOperation block } declaration =>
                block.Operations.SkipWhile(statement => statement != declaration).Skip(1).ToImmutableArray(),
            _ => ImmutableArray<IOperation>.Empty,
        };
    }
}

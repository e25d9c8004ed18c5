using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>What a body returns, its lambdas and local functions left out.</summary>
internal static class Returns
{
    public static IEnumerable<IOperation> Of(MethodBody body)
    {
        var pending = new Stack<IOperation>(body.Root.ChildOperations);
        while (pending.Count > 0)
        {
            switch (pending.Pop())
            {
                case IReturnOperation { Kind: OperationKind.Return, ReturnedValue: { } value }:
                    yield return value;
                    break;
                case IAnonymousFunctionOperation or ILocalFunctionOperation:
                    break;
                case var other:
                    foreach (IOperation child in other.ChildOperations)
                    {
                        pending.Push(child);
                    }
                    break;
            }
        }
    }
}

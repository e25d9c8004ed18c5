using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Which numbers are read out of tensors.</summary>
internal sealed class TensorReads(TorchProgram program)
{
    private const int Depth = 4;

    /// <summary>Whether an operation reads numbers out of a tensor: <c>item</c>, <c>ToDouble</c>, <c>data</c>, <c>(float)x</c>.</summary>
    public static bool IsRead(IOperation operation, TorchSymbols torch) => operation switch
    {
        IInvocationOperation { TargetMethod: { Name: var name } method, Instance: var instance } call =>
            (name is "item" or "data" or "tolist" or "ToScalar" or "ToBoolean" or "ToByte" or "ToSByte" or "ToInt16" or "ToInt32" or "ToInt64" or "ToHalf" or "ToSingle" or "ToDouble"
                || name.StartsWith("ReadCpu", StringComparison.Ordinal))
            && TorchSymbols.Same(method.ContainingAssembly, torch.Tensor.ContainingAssembly)
            && TorchSymbols.DerivesFrom(instance?.Type ?? call.Arguments.FirstOrDefault()?.Value.Type, torch.Tensor),
        IConversionOperation { OperatorMethod: not null, Type: { IsValueType: true } target } conversion =>
            TorchSymbols.DerivesFrom(conversion.Operand.Type, torch.Tensor) && !TorchSymbols.DerivesFrom(target, torch.Tensor),
        _ => false,
    };

    /// <summary>Whether a number is computed from what is read out of a tensor, on some path: through locals, fields, parameters and helper methods.</summary>
    public bool Any(IOperation number) => Any(number, Depth, []);

    private bool Any(IOperation number, int depth, HashSet<SyntaxNode> seen)
    {
        if (depth == 0 || !seen.Add(number.Syntax) || program.Bodies.Around(number.Syntax) is not { } body)
        {
            return false;
        }
        return number.DescendantsAndSelf().Any(part => IsRead(part, program.Torch) || part switch
        {
            ILocalReferenceOperation or IParameterReferenceOperation => body.Provenance?.Trace(part) is { } origin
                && origin.Operations.Any(made => made is IParameterReferenceOperation parameter ? AnyGiven(parameter.Parameter, depth, seen) : Any(made, depth - 1, seen)),
            IFieldReferenceOperation { Field: var field } => AnyAssigned(field, depth, seen),
            IPropertyReferenceOperation { Property: { IsIndexer: false } property } => AnyAssigned(property, depth, seen),
            IInvocationOperation { TargetMethod: var method } => program.Bodies.Of(method) is { } callee && Returns.Of(callee).Any(returned => Any(returned, depth - 1, seen)),
            _ => false,
        });
    }

    private bool AnyGiven(IParameterSymbol parameter, int depth, HashSet<SyntaxNode> seen) => parameter.ContainingSymbol is IMethodSymbol method
        && program.References.Of(method).SelectMany(call => CallBinding.ArgumentsOf(call))
            .Any(argument => TorchSymbols.Same(argument.Parameter?.OriginalDefinition, parameter.OriginalDefinition) && Any(argument.Value, depth - 1, seen));

    private bool AnyAssigned(ISymbol member, int depth, HashSet<SyntaxNode> seen) => member.Locations.Any(location => location.IsInSource)
        && program.References.Of(member).Any(mention => mention.Parent is IAssignmentOperation assignment && assignment.Target == mention && Any(assignment.Value, depth - 1, seen));
}

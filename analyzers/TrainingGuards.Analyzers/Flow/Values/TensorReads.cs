using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Which numbers are read out of tensors.</summary>
internal sealed class TensorReads(TorchProgram program)
{
    private const int Depth = 4;

    /// <summary>The tensor that an operation reads one number out of, <c>x.item&lt;float&gt;()</c>, <c>x.ToDouble()</c>, <c>(float)x</c>; null where it does something else.</summary>
    public static IOperation? Of(IOperation operation, TorchSymbols torch) => operation switch
    {
        IInvocationOperation { TargetMethod: { Name: var name } method } call when torch.Owns(method)
            && name is "item" or "ToScalar" or "ToBoolean" or "ToByte" or "ToSByte" or "ToInt16" or "ToInt32" or "ToInt64" or "ToHalf" or "ToSingle" or "ToDouble" => TensorOf(call, torch),
        IConversionOperation { OperatorMethod: not null, Type: { IsValueType: true } target, Operand: var tensor } =>
            TorchSymbols.DerivesFrom(tensor.Type, torch.Tensor) && !TorchSymbols.DerivesFrom(target, torch.Tensor) ? tensor : null,
        _ => null,
    };

    /// <summary>Whether an operation reads numbers out of a tensor, one or all of them.</summary>
    public static bool IsRead(IOperation operation, TorchSymbols torch) => Of(operation, torch) is not null
        || (operation is IInvocationOperation { TargetMethod: { Name: var name } method } call && (name is "data" or "tolist" || name.StartsWith("ReadCpu", StringComparison.Ordinal))
            && torch.Owns(method) && TensorOf(call, torch) is not null);

    /// <summary>Whether a number is, or is computed in its own body from, one that is read out of a tensor by an operation that <paramref name="isWanted"/>.</summary>
    public static bool IsIn(IOperation number, MethodBody body, TorchSymbols torch, Func<IOperation, bool> isWanted) => IsIn(number, body, torch, isWanted, Depth);

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

    private static bool IsIn(IOperation number, MethodBody body, TorchSymbols torch, Func<IOperation, bool> isWanted, int depth) =>
        number.DescendantsAndSelf().Any(part => (Of(part, torch) is not null && isWanted(part))
            || (depth > 0 && part is ILocalReferenceOperation && body.Provenance?.Trace(part).Operations.Any(made => IsIn(made, body, torch, isWanted, depth - 1)) == true));

    private static IOperation? TensorOf(IInvocationOperation call, TorchSymbols torch) =>
        (call.Instance ?? call.Arguments.FirstOrDefault()?.Value) is { } tensor && TorchSymbols.DerivesFrom(tensor.Type, torch.Tensor) ? tensor : null;
}

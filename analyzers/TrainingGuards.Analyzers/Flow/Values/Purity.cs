using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Which operations on a tensor change something that exists, and which only give a result.</summary>
internal static class Purity
{
    /// <summary>Whether an operation has no effect but its result: nothing that exists is changed, disposed of, owned by another or shown.</summary>
    public static bool IsPure(TensorCall call, TorchSymbols torch) =>
        !call.IsInPlace && ReturnsTensors(call.Method.ReturnType, torch) && !ChangesSomething(call.Method.Name) && !call.Invocation.Arguments.Any(HasEffect);

    /// <summary>Whether a method that changes a tensor in place is called on a variable, anywhere in the member.</summary>
    public static bool IsChangedInPlace(ISymbol variable, MethodBody body, TorchSymbols torch) => body.Locals.Of(variable)
        .Any(mention => TensorCall.From(mention.Parent is IArgumentOperation argument ? argument.Parent : mention.Parent, torch) is { IsInPlace: true } change && change.Input == mention);

    // with_requires_grad sets the flag of the tensor itself. batch_norm updates the running statistics. Samples are drawn from the generator, which moves on.
    private static bool ChangesSomething(string method) => method is "with_requires_grad" or "print" or "alias"
        or "MoveToOuterDisposeScope" or "MoveToOtherDisposeScope" or "DetachFromDisposeScope" or "DetatchFromDisposeScope"
        or "batch_norm" or "instance_norm"
        or "bernoulli" or "binomial" or "multinomial" or "poisson" or "normal" or "rand_like" or "randn_like" or "randint_like"
        or "_sample_dirichlet" or "_standard_gamma"
        || method.EndsWith("_out", StringComparison.Ordinal);

    private static bool HasEffect(IArgumentOperation argument) => argument.Parameter is { } parameter
        && (parameter.RefKind is RefKind.Out or RefKind.Ref
            || (parameter.Name is "inplace" or "disposeAfter" && argument.Value.ConstantValue is not { HasValue: true, Value: false })
            || (parameter.Name is "out" && argument.ArgumentKind != ArgumentKind.DefaultValue && argument.Value.ConstantValue is not { HasValue: true, Value: null }));

    private static bool ReturnsTensors(ITypeSymbol type, TorchSymbols torch) => type switch
    {
        IArrayTypeSymbol array => torch.IsTensor(array.ElementType),
        INamedTypeSymbol { IsTupleType: true } tuple => tuple.TupleElements.All(element => torch.IsTensor(element.Type)),
        _ => torch.IsTensor(type),
    };
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>
/// A call of an operation on a tensor, however it is spelt: <c>x.clamp(…)</c>, <c>x.clamp_(…)</c>, <c>torch.clamp(x, …)</c>,
/// <c>functional.hardtanh(x)</c>, through any alias or <c>using static</c>.
/// </summary>
internal readonly struct TensorCall
{
    private TensorCall(IInvocationOperation invocation, IOperation input)
    {
        Invocation = invocation;
        Input = input;
    }

    public IInvocationOperation Invocation { get; }

    /// <summary>The tensor operated on.</summary>
    public IOperation Input { get; }

    public IMethodSymbol Method => Invocation.TargetMethod;

    /// <summary>The operation's name, without the underscore of its in-place variant.</summary>
    public string Name => Method.Name.TrimEnd('_');

    /// <summary>Whether the input itself is changed.</summary>
    public bool IsInPlace => Method.Name.EndsWith("_", StringComparison.Ordinal);

    /// <summary>Reads a call of TorchSharp's own, null for anything else.</summary>
    public static TensorCall? From(IOperation? operation, TorchSymbols torch)
    {
        if (operation is not IInvocationOperation invocation)
        {
            return null;
        }
        IMethodSymbol method = invocation.TargetMethod;
        if (!method.IsStatic)
        {
            return invocation.Instance is { } instance && TorchSymbols.Same(method.ContainingType, torch.Tensor)
                ? new TensorCall(invocation, instance)
                : null;
        }
        bool isFunction = TorchSymbols.Same(method.ContainingType, torch.Torch)
            || TorchSymbols.Same(method.ContainingType, torch.Functional)
            || TorchSymbols.Same(method.ContainingType, torch.Special)
            || (method.IsExtensionMethod && TorchSymbols.Same(method.ContainingAssembly, torch.Tensor.ContainingAssembly));
        return isFunction && method.Parameters.Length > 0 && torch.IsTensor(method.Parameters[0].Type)
            && invocation.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == 0) is { } input
            ? new TensorCall(invocation, input.Value)
            : null;
    }

    /// <summary>The argument of a parameter, null where the parameter does not exist or the argument is left out.</summary>
    public IOperation? Argument(string parameter) => Invocation.Arguments
        .FirstOrDefault(argument => argument.Parameter?.Name == parameter && argument.ArgumentKind != ArgumentKind.DefaultValue)?.Value;
}

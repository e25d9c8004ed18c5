using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>
/// A call of an operation on a tensor, however it is spelt: <c>x.clamp(…)</c>, <c>x.clamp_(…)</c>, <c>torch.clamp(x, …)</c>,
/// <c>functional.hardtanh(x)</c>, <c>torch.special.expm1(x)</c>, through any alias or <c>using static</c>.
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

    /// <summary>What to underline: the name and the arguments, not the chain before them.</summary>
    public Location Location =>
        Invocation.Syntax is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name: var name } } call
            ? Location.Create(call.SyntaxTree, TextSpan.FromBounds(name.SpanStart, call.Span.End))
            : Invocation.Syntax.GetLocation();

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
            || (method.ContainingType is { Name: "special" or "linalg" or "fft" } home && TorchSymbols.Same(home.ContainingType, torch.Torch))
            || (method.IsExtensionMethod && TorchSymbols.Same(method.ContainingAssembly, torch.Tensor.ContainingAssembly));
        return isFunction && method.Parameters.Length > 0 && torch.IsTensor(method.Parameters[0].Type)
            && invocation.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == 0) is { } input
            ? new TensorCall(invocation, input.Value)
            : null;
    }

    /// <summary>The argument of a parameter, by the first of these names; null where there is none, or it is left out or null.</summary>
    public IOperation? Argument(params string[] parameters) => Invocation.Arguments
        .FirstOrDefault(argument => argument.ArgumentKind != ArgumentKind.DefaultValue
            && argument.Parameter is { } parameter && parameters.Contains(parameter.Name, StringComparer.Ordinal)
            && argument.Value.WithoutConversion().ConstantValue is not { HasValue: true, Value: null })?.Value;
}

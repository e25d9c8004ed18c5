using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>The text of what computes a composition at once; null where the parts stand too far from each other to be sure.</summary>
internal static class Rewriting
{
    /// <summary>log(softmax(x)): <c>x.log_softmax(1)</c>, with what is chosen out of it still chosen.</summary>
    public static string? OfProbability(TensorCall log, IOperation probability, string function, MethodBody body, TorchProgram program)
    {
        if (TensorCall.From(probability, program.Torch) is not { } call)
        {
            return null;
        }
        string text = $"{Primary(call.Input.Syntax)}.{function}({Others(call)})";
        return Replaced(log.Input.Syntax, probability.Syntax, probability.Syntax, text)
            ?? (log.Input is ILocalReferenceOperation { Local: var local } && body.Locals.OnlyValueOf(local)?.WithoutConversion().Syntax == probability.Syntax
                && IsTheSameLater(call, body, program.Torch) ? text : null);
    }

    /// <summary>log(1 − sigmoid(x)): <c>(-x).log_sigmoid()</c>.</summary>
    public static string? OfComplement(TensorCall log, TensorCall sigmoid, MethodBody body) =>
        Replaced(log.Invocation.Syntax, log.Invocation.Syntax, sigmoid.Invocation.Syntax, $"(-{Primary(sigmoid.Input.Syntax)}).log_sigmoid()");

    /// <summary>log(sum(exp(x))): <c>x.logsumexp(1)</c>.</summary>
    public static string? OfSum(TensorCall log, TensorCall sum, TensorCall exponential)
    {
        string input = Primary(exponential.Input.Syntax);
        return sum.Argument("type") is not null || sum.Argument("dim") is { Type: not { SpecialType: SpecialType.System_Int64 } } || sum.Argument("dim0", "dim1") is not null ? null
            : Replaced(log.Invocation.Syntax, log.Invocation.Syntax, exponential.Invocation.Syntax,
                sum.Argument("dim") is null ? $"{input}.flatten().logsumexp(0)" : $"{input}.logsumexp({Others(sum)})");
    }

    /// <summary>The text of <paramref name="whole"/> with other text in place of a part; null unless <paramref name="inside"/> lies within that part.</summary>
    public static string? Replaced(SyntaxNode whole, SyntaxNode part, SyntaxNode inside, string text)
    {
        if (whole.SyntaxTree != inside.SyntaxTree || !whole.Span.Contains(part.Span) || !part.Span.Contains(inside.Span))
        {
            return null;
        }
        string before = whole.ToString();
        int start = part.SpanStart - whole.SpanStart;
        return before.Substring(0, start) + text + before.Substring(start + part.Span.Length);
    }

    /// <summary>An expression as something that a method can be called on.</summary>
    public static string Primary(SyntaxNode expression) => expression is ParenthesizedExpressionSyntax or IdentifierNameSyntax or MemberAccessExpressionSyntax or InvocationExpressionSyntax
        or ElementAccessExpressionSyntax or ThisExpressionSyntax ? expression.ToString() : $"({expression})";

    private static string Others(TensorCall call) => string.Join(", ", call.Invocation.Arguments
        .Where(argument => argument.ArgumentKind != ArgumentKind.DefaultValue && argument.Value != call.Input)
        .OrderBy(argument => argument.Syntax.SpanStart)
        .Select(argument => argument.Syntax.ToString()));

    /// <summary>Whether a call would give the same again further down: its input and arguments are never written anew.</summary>
    private static bool IsTheSameLater(TensorCall call, MethodBody body, TorchSymbols torch) => call.Invocation.Arguments
        .Where(argument => argument.ArgumentKind != ArgumentKind.DefaultValue).Select(argument => argument.Value).Append(call.Input)
        .All(value => value.WithoutConversion() switch
        {
            { ConstantValue.HasValue: true } => true,
            ILocalReferenceOperation { Local: var local } => body.Locals.WritesOf(local).Count == 1 && !Purity.IsChangedInPlace(local, body, torch),
            IParameterReferenceOperation { Parameter: var parameter } => body.Locals.WritesOf(parameter).Count == 0 && !Purity.IsChangedInPlace(parameter, body, torch),
            _ => false,
        });
}

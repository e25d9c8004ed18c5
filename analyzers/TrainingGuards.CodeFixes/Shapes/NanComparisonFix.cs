using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Simplification;
using TrainingGuards.Analyzers;
using TrainingGuards.Analyzers.Shapes;

namespace TrainingGuards.CodeFixes.Shapes;

/// <summary>Asks with <c>isnan()</c>, or with <c>double.IsNaN</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class NanComparisonFix() : RuleFix(RuleIds.NanComparison, "Ask whether it is NaN")
{
    // eq_ and ne_ write their answer into the tensor.
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) => CalleeEdits.NameOf(node)?.EndsWith("_", StringComparison.Ordinal) != true
        && diagnostic.Properties[NanComparison.NumberType]?.EndsWith("?", StringComparison.Ordinal) != true && ValueIn(node, diagnostic) is not null;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic)
    {
        ExpressionSyntax value = ValueIn(node, diagnostic)!;
        string? type = diagnostic.Properties[NanComparison.NumberType];
        editor.TrackNode(value);
        // (x == NaN).any() needs its parentheses, x.isnan().any() none.
        editor.ReplaceNode(type is null && node.Parent is ParenthesizedExpressionSyntax outer ? outer : node, (current, _) => Asking(
            current.GetCurrentNode(value)!.WithoutTrivia(),
            type,
            diagnostic.Properties.ContainsKey(NanComparison.IsNegated)).WithTriviaFrom(current));
    }

    private static ExpressionSyntax Asking(ExpressionSyntax value, string? type, bool isNegated)
    {
        if (type is not null)
        {
            ExpressionSyntax asked = SyntaxFactory.InvocationExpression(
                SyntaxFactory.ParseExpression($"{type}.IsNaN"),
                SyntaxFactory.ArgumentList(SyntaxFactory.SingletonSeparatedList(SyntaxFactory.Argument(Unwrapped(value)))));
            return isNegated ? SyntaxFactory.PrefixUnaryExpression(SyntaxKind.LogicalNotExpression, asked) : asked;
        }
        ExpressionSyntax isNan = Call(SyntaxFactory.ParenthesizedExpression(value).WithAdditionalAnnotations(Simplifier.Annotation), "isnan");
        return isNegated ? Call(isNan, "logical_not") : isNan;
    }

    private static InvocationExpressionSyntax Call(ExpressionSyntax tensor, string method) => SyntaxFactory.InvocationExpression(
        SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, tensor, SyntaxFactory.IdentifierName(method)));

    private static ExpressionSyntax Unwrapped(ExpressionSyntax value) => value is ParenthesizedExpressionSyntax { Expression: var inner } ? inner : value;

    private static ExpressionSyntax? ValueIn(SyntaxNode node, Diagnostic diagnostic) =>
        node.DescendantNodes().OfType<ExpressionSyntax>().FirstOrDefault(part => part.Span == diagnostic.AdditionalLocations[0].SourceSpan);
}

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

/// <summary>Compares the elements: <c>a.shape.SequenceEqual(b.shape)</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class ShapeReferenceComparisonFix() : RuleFix(RuleIds.ShapeReferenceComparison, "Compare the sizes with SequenceEqual")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) =>
        diagnostic.Properties.ContainsKey(ShapeReferenceComparison.IsCertainlyThere) && node is BinaryExpressionSyntax or InvocationExpressionSyntax;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic)
    {
        editor.ReplaceNode(node, (current, _) =>
        {
            (ExpressionSyntax left, ExpressionSyntax right) = Sides(current);
            ExpressionSyntax equal = SyntaxFactory.InvocationExpression(
                SyntaxFactory.MemberAccessExpression(
                    SyntaxKind.SimpleMemberAccessExpression,
                    SyntaxFactory.ParenthesizedExpression(left.WithoutTrivia()).WithAdditionalAnnotations(Simplifier.Annotation),
                    SyntaxFactory.IdentifierName("SequenceEqual")),
                SyntaxFactory.ArgumentList(SyntaxFactory.SingletonSeparatedList(SyntaxFactory.Argument(right.WithoutTrivia()))));
            return (current.IsKind(SyntaxKind.NotEqualsExpression) ? SyntaxFactory.PrefixUnaryExpression(SyntaxKind.LogicalNotExpression, equal) : equal).WithTriviaFrom(current);
        });
        if (!diagnostic.Properties.ContainsKey(ShapeReferenceComparison.HasSequenceEqual))
        {
            editor.AddUsing("System.Linq");
        }
    }

    private static (ExpressionSyntax Left, ExpressionSyntax Right) Sides(SyntaxNode comparison) => comparison switch
    {
        BinaryExpressionSyntax binary => (binary.Left, binary.Right),
        InvocationExpressionSyntax { ArgumentList.Arguments: { Count: 2 } both } => (both[0].Expression, both[1].Expression),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: var left }, ArgumentList.Arguments: { Count: 1 } one } => (left, one[0].Expression),
        _ => throw new ArgumentException("It compares nothing.", nameof(comparison)),
    };
}

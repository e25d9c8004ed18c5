using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;
using TrainingGuards.Analyzers;
using TrainingGuards.Analyzers.Gradients;

namespace TrainingGuards.CodeFixes.Gradients;

/// <summary>Divides the loss by the number of batches, for the gradients only: the loss that is shown stays as it is.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class UnscaledAccumulationFix() : RuleFix(RuleIds.UnscaledAccumulation, "Divide the loss by the number of batches")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) => Loss(node) is not null;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic) => editor.ReplaceNode(Loss(node)!, (current, _) =>
        SyntaxFactory.ParenthesizedExpression(SyntaxFactory.BinaryExpression(
                SyntaxKind.DivideExpression,
                SyntaxFactory.ParenthesizedExpression(((ExpressionSyntax)current).WithoutTrivia()).WithAdditionalAnnotations(Simplifier.Annotation),
                SyntaxFactory.ParseExpression(diagnostic.Properties[UnscaledAccumulation.Batches]!)))
            .WithTriviaFrom(current).WithAdditionalAnnotations(Formatter.Annotation));

    private static ExpressionSyntax? Loss(SyntaxNode node) =>
        (node.FirstAncestorOrSelf<InvocationExpressionSyntax>()?.Expression as MemberAccessExpressionSyntax)?.Expression;
}

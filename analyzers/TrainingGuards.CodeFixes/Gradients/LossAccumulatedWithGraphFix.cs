using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Simplification;
using TrainingGuards.Analyzers;

namespace TrainingGuards.CodeFixes.Gradients;

/// <summary>Adds the loss without its history: a running total is for reading.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class LossAccumulatedWithGraphFix() : RuleFix(RuleIds.LossAccumulatedWithGraph, "Add it without its history: detach()")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) => Term(node) is not null;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic) =>
        editor.ReplaceNode(Loss(Term(node)!), (current, _) => SyntaxFactory.InvocationExpression(SyntaxFactory.MemberAccessExpression(
            SyntaxKind.SimpleMemberAccessExpression,
            SyntaxFactory.ParenthesizedExpression(((ExpressionSyntax)current).WithoutTrivia()).WithAdditionalAnnotations(Simplifier.Annotation),
            SyntaxFactory.IdentifierName("detach"))).WithTriviaFrom(current));

    // loss.DetachFromDisposeScope() is to keep what detach() gives.
    private static ExpressionSyntax Loss(ExpressionSyntax term) => term is InvocationExpressionSyntax
    {
        Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "DetachFromDisposeScope" or "MoveToOuterDisposeScope" } kept
    } ? kept.Expression : term;

    private static ExpressionSyntax? Term(SyntaxNode node) => node is ArgumentSyntax argument ? argument.Expression : node as ExpressionSyntax;
}

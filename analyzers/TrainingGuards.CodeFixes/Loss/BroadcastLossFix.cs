using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Simplification;
using TrainingGuards.Analyzers;

namespace TrainingGuards.CodeFixes.Loss;

/// <summary>Takes the axis of length 1 off the column.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class BroadcastLossFix() : RuleFix(RuleIds.BroadcastLoss, "Give both the same shape: squeeze(-1)")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) => Column(node, diagnostic) is not null;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic) => editor.ReplaceNode(Column(node, diagnostic)!, (current, _) =>
        SyntaxFactory.InvocationExpression(
            SyntaxFactory.MemberAccessExpression(
                SyntaxKind.SimpleMemberAccessExpression,
                SyntaxFactory.ParenthesizedExpression(((ExpressionSyntax)current).WithoutTrivia()).WithAdditionalAnnotations(Simplifier.Annotation),
                SyntaxFactory.IdentifierName("squeeze")),
            SyntaxFactory.ArgumentList(SyntaxFactory.SingletonSeparatedList(SyntaxFactory.Argument(SyntaxFactory.ParseExpression("-1")))))
            .WithTriviaFrom(current));

    // A difference that was given a name stands before the call that is reported.
    private static ExpressionSyntax? Column(SyntaxNode node, Diagnostic diagnostic) =>
        diagnostic.AdditionalLocations.Count == 1 && diagnostic.AdditionalLocations[0] is { SourceTree: { } tree, SourceSpan: var span } && tree.FilePath == node.SyntaxTree.FilePath
            ? node.SyntaxTree.GetRoot().FindNode(span, getInnermostNodeForTie: true) as ExpressionSyntax
            : null;
}

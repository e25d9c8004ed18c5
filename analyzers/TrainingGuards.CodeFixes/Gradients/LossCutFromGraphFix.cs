using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;

namespace TrainingGuards.CodeFixes.Gradients;

/// <summary>Takes detach() out of the expression.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class LossCutFromGraphFix() : RuleFix(RuleIds.LossCutFromGraph, "Remove detach()")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) => Detach(node, diagnostic) is not null;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic) =>
        editor.ReplaceNode(Detach(node, diagnostic)!, (current, _) => ((MemberAccessExpressionSyntax)((InvocationExpressionSyntax)current).Expression).Expression
            .WithTrailingTrivia(current.GetTrailingTrivia()));

    private static InvocationExpressionSyntax? Detach(SyntaxNode node, Diagnostic diagnostic) =>
        diagnostic.AdditionalLocations[0] is { SourceTree: { } tree, SourceSpan: var span } && tree == node.SyntaxTree
        && tree.GetRoot().FindNode(span, getInnermostNodeForTie: true) is InvocationExpressionSyntax
        {
            Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "detach" },
        } call
            ? call
            : null;
}

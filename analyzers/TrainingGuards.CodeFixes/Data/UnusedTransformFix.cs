using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;
using TrainingGuards.Analyzers.Data;

namespace TrainingGuards.CodeFixes.Data;

/// <summary>Uses the result where the raw tensor is used, if that is one place.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class UnusedTransformFix() : RuleFix(RuleIds.UnusedTransform, "Use the transformed tensor")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) => node is VariableDeclaratorSyntax && RawIn(node, diagnostic) is { } raw
        && !(diagnostic.Properties.ContainsKey(UnusedTransform.Disposed) && raw.FirstAncestorOrSelf<ReturnStatementSyntax>() is not null);

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic)
    {
        ExpressionSyntax raw = RawIn(node, diagnostic)!;
        editor.ReplaceNode(raw, SyntaxFactory.IdentifierName(((VariableDeclaratorSyntax)node).Identifier.WithoutTrivia()).WithTriviaFrom(raw));
    }

    private static ExpressionSyntax? RawIn(SyntaxNode node, Diagnostic diagnostic) =>
        diagnostic.AdditionalLocations is { Count: 1 } places && places[0].SourceTree == node.SyntaxTree
            ? node.SyntaxTree.GetRoot().FindNode(places[0].SourceSpan, getInnermostNodeForTie: true) as ExpressionSyntax
            : null;
}

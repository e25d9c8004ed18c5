using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;

namespace TrainingGuards.CodeFixes.Data;

/// <summary>Moves the statement before the loop.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class ReseededInLoopFix() : RuleFix(RuleIds.ReseededInLoop, "Seed once, before the loop")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) => LoopAround(node, diagnostic) is not null;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic) =>
        editor.MoveOut((StatementSyntax)node.Parent!, LoopAround(node, diagnostic)!);

    private static StatementSyntax? LoopAround(SyntaxNode node, Diagnostic diagnostic) =>
        node.Parent is ExpressionStatementSyntax { Parent: BlockSyntax } statement && diagnostic.AdditionalLocations.Count > 0 && diagnostic.AdditionalLocations[0] is var place
        && place.SourceTree == node.SyntaxTree
        && node.SyntaxTree.GetRoot().FindToken(place.SourceSpan.Start).Parent is StatementSyntax loop && loop.IsInList() && loop.Span.Contains(statement.Span)
        && !statement.Ancestors().TakeWhile(outer => outer != loop).Any(outer => outer is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)
            ? loop
            : null;
}

using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;
using TrainingGuards.Analyzers.Shapes;

namespace TrainingGuards.CodeFixes.Shapes;

/// <summary>Makes the recurrent layer with the batch first.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class BatchFirstAssumedFix() : RuleFix(RuleIds.BatchFirstAssumed, "Make the layer with batchFirst: true")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) =>
        diagnostic.Properties.ContainsKey(BatchFirstAssumed.CanBeTold) && Arguments(node, diagnostic) is not null;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic) =>
        editor.AddArgument(Arguments(node, diagnostic)!, "batchFirst", SyntaxFactory.LiteralExpression(SyntaxKind.TrueLiteralExpression));

    private static ArgumentListSyntax? Arguments(SyntaxNode node, Diagnostic diagnostic) =>
        ArgumentEdits.ArgumentsOf(node.SyntaxTree.GetRoot().FindNode(diagnostic.AdditionalLocations[0].SourceSpan, getInnermostNodeForTie: true));
}

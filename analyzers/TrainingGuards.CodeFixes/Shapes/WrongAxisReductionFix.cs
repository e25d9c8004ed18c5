using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;
using TrainingGuards.Analyzers.Shapes;

namespace TrainingGuards.CodeFixes.Shapes;

/// <summary>Reduces along the classes.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class WrongAxisReductionFix() : RuleFix(RuleIds.WrongAxisReduction, "Reduce along the classes")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) => Meant(diagnostic) is not null
        && (Given(node, diagnostic) is LiteralExpressionSyntax || ArgumentEdits.ArgumentsOf(node) is { Arguments.Count: <= 1 });

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic)
    {
        ExpressionSyntax meant = SyntaxFactory.ParseExpression(Meant(diagnostic)!);
        if (Given(node, diagnostic) is LiteralExpressionSyntax given)
        {
            editor.ReplaceNode(given, meant.WithTriviaFrom(given));
        }
        else
        {
            editor.AppendArgument(ArgumentEdits.ArgumentsOf(node)!, meant);
        }
    }

    private static string? Meant(Diagnostic diagnostic) => diagnostic.Properties.TryGetValue(WrongAxisReduction.Dimension, out string? meant) ? meant : null;

    // A layer of a field is told its dimension where it is made.
    private static SyntaxNode? Given(SyntaxNode node, Diagnostic diagnostic) => diagnostic.AdditionalLocations.Count < 2 ? null
        : node.SyntaxTree.GetRoot().FindNode(diagnostic.AdditionalLocations[1].SourceSpan, getInnermostNodeForTie: true);
}

using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;

namespace TrainingGuards.CodeFixes.Loss;

/// <summary>Gives each argument the other's value; names and comments stay where they are.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class SwappedLossArgumentsFix() : RuleFix(RuleIds.SwappedLossArguments, "Give the prediction first")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) => diagnostic.AdditionalLocations.Count == 2;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic)
    {
        SyntaxNode root = node.SyntaxTree.GetRoot();
        SyntaxNode input = root.FindNode(diagnostic.AdditionalLocations[0].SourceSpan, getInnermostNodeForTie: true);
        SyntaxNode target = root.FindNode(diagnostic.AdditionalLocations[1].SourceSpan, getInnermostNodeForTie: true);
        editor.ReplaceNode(input, target.WithTriviaFrom(input));
        editor.ReplaceNode(target, input.WithTriviaFrom(target));
    }
}

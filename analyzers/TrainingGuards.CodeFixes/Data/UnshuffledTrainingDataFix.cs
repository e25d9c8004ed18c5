using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;
using TrainingGuards.Analyzers.Data;

namespace TrainingGuards.CodeFixes.Data;

/// <summary>Says that the loader, or the examples, are to be shuffled.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class UnshuffledTrainingDataFix() : RuleFix(RuleIds.UnshuffledTrainingData, "Shuffle: shuffle: true")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) => ArgumentEdits.ArgumentsOf(node) is not null;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic) =>
        editor.AddArgument(ArgumentEdits.ArgumentsOf(node)!, diagnostic.Properties[UnshuffledTrainingData.Argument]!, SyntaxFactory.LiteralExpression(SyntaxKind.TrueLiteralExpression));
}

using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;
using TrainingGuards.Analyzers.Schedule;

namespace TrainingGuards.CodeFixes.Schedule;

/// <summary>Gives AdamW the weight decay that is PyTorch's default.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class UnlikelyHyperparameterFix() : RuleFix(RuleIds.UnlikelyHyperparameter, "Decay weights as PyTorch does: weight_decay: 0.01")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) =>
        diagnostic.Properties.ContainsKey(UnlikelyHyperparameter.Missing) && ArgumentEdits.ArgumentsOf(node) is not null;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic) =>
        editor.AddArgument(
            ArgumentEdits.ArgumentsOf(node)!,
            diagnostic.Properties[UnlikelyHyperparameter.Missing]!,
            SyntaxFactory.LiteralExpression(SyntaxKind.NumericLiteralExpression, SyntaxFactory.Literal("0.01", 0.01)));
}

using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;

namespace TrainingGuards.CodeFixes.Loss;

/// <summary>Takes the sigmoid out that the loss takes itself, or calls the loss that takes one.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class SigmoidContractFix() : RuleFix(RuleIds.SigmoidContract, "Let the loss have logits")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) =>
        IsLossOfLogits(node, diagnostic) || LayerRemoval.IsPossible(node, InputOf(diagnostic));

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic)
    {
        if (IsLossOfLogits(node, diagnostic))
        {
            CalleeEdits.Rename(editor, node, "binary_cross_entropy_with_logits");
        }
        else
        {
            LayerRemoval.Remove(editor, node, InputOf(diagnostic));
        }
    }

    // Only a Linear layer gives logits: what another activation makes of them is no better for it.
    private static bool IsLossOfLogits(SyntaxNode node, Diagnostic diagnostic) =>
        CalleeEdits.NameOf(node) == "binary_cross_entropy" && diagnostic.Properties.ContainsKey(LossContract.IsGivenLogits);

    private static string? InputOf(Diagnostic diagnostic) => diagnostic.Properties.TryGetValue(ActivationBeforeLoss.Input, out string? input) ? input : null;
}

using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;

namespace TrainingGuards.CodeFixes.Loss;

/// <summary>Takes the softmax out: from the list of layers, or from the expression that it is applied to.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class SoftmaxBeforeCrossEntropyFix() : RuleFix(RuleIds.SoftmaxBeforeCrossEntropy, "Remove the softmax")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) => LayerRemoval.IsPossible(node, InputOf(diagnostic));

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic) => LayerRemoval.Remove(editor, node, InputOf(diagnostic));

    private static string? InputOf(Diagnostic diagnostic) => diagnostic.Properties.TryGetValue(ActivationBeforeLoss.Input, out string? input) ? input : null;
}

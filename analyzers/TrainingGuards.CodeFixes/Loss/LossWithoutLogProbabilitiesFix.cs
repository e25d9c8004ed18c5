using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;
using TrainingGuards.Analyzers.Loss;

namespace TrainingGuards.CodeFixes.Loss;

/// <summary>Takes the logarithm with the softmax, or calls the loss that takes logits.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class LossWithoutLogProbabilitiesFix() : RuleFix(RuleIds.LossWithoutLogProbabilities, "Take log-probabilities")
{
    // After the weight the parameters of the two losses differ.
    private const int SharedParameters = 3;

    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) => Replacement(node, diagnostic) is not null;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic) => CalleeEdits.Rename(editor, node, Replacement(node, diagnostic)!);

    private static string? Replacement(SyntaxNode node, Diagnostic diagnostic) => CalleeEdits.NameOf(node) switch
    {
        "softmax" when diagnostic.Properties.ContainsKey(LossWithoutLogProbabilities.HasLogarithm) => "log_softmax",
        // Elsewhere the layer may be declared as what it is.
        "Softmax" when node.Parent is ArgumentSyntax => "LogSoftmax",
        "nll_loss" when node is InvocationExpressionSyntax call && call.ArgumentList.Arguments.Skip(SharedParameters).All(argument => argument.NameColon is not null) =>
            "cross_entropy",
        _ => null,
    };
}

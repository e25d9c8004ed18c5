using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Loss;

/// <summary>TG4001: the input of cross_entropy went through a softmax before.</summary>
/// <remarks>The logarithm of a softmax changes nothing there: it is its own logarithm of a softmax.</remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SoftmaxBeforeCrossEntropy() : ActivationBeforeLoss(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.SoftmaxBeforeCrossEntropy,
        nameof(SoftmaxBeforeCrossEntropy),
        "The input of cross_entropy is the output of a softmax",
        "'{0}' gives probabilities, and '{1}' takes a softmax of them again. Remove it, and let '{1}' have the logits.",
        "Probabilities differ by one at most, and a softmax of them is nearly uniform: the loss cannot fall below log(1 + (C - 1) / e), and gradients fade.");

    private protected override object?[]? Message(OutputOperation output, Activation activation, LossCall loss, TorchProgram program) =>
        loss.Kind == LossKind.CrossEntropy && activation is { IsSoftmax: true, Name: not "LogSoftmax" }
        // Over the one unit of a model it is another rule's: there is nothing to be normalised.
        && !(output.Model is not null && output.IsOverOneUnit(program.Torch))
            ? [output.Name, loss.Name]
            : null;
}

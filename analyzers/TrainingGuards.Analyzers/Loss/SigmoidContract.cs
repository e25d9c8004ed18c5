using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Loss;

/// <summary>TG4003: a binary loss that takes a sigmoid itself is given probabilities, or one that takes none is given logits.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SigmoidContract() : LossContract(Descriptor)
{
    private static readonly Interval Probabilities = new(0, 1);

    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.SigmoidContract,
        nameof(SigmoidContract),
        "A sigmoid is applied twice before a binary loss, or not at all",
        "'{0}' gives {1}, and '{2}' {3}. {4}.",
        "A sigmoid of probabilities lies between 0.5 and 0.73, so that nothing can be ruled out; a logarithm of logits has no value where they are negative.");

    private protected override object?[]? Message(OutputOperation output, Activation activation, LossCall loss, TorchProgram program) =>
        loss.Kind == LossKind.BinaryWithLogits && Probabilities.Contains(activation.Range)
        // Over the one unit of a model a softmax is another rule's: there is nothing to be normalised.
        && !(activation.IsSoftmax && output.Model is not null && output.IsOverOneUnit(program.Torch))
            ? [output.Name, "probabilities", loss.Name, "takes a sigmoid of them", $"Remove it, and let '{loss.Name}' have the logits"]
            : null;

    private protected override object?[]? LossMessage(LossCall loss, OutputOperation output, TorchProgram program)
    {
        if (loss.Kind != LossKind.BinaryProbabilities)
        {
            return null;
        }
        return output.IsWeightedSum(program.Torch)
            ? [output.Name, "logits", loss.Name, "takes probabilities", $"Use '{(loss.IsFunction ? "binary_cross_entropy_with_logits" : "BCEWithLogitsLoss")}'"]
            // A Hardtanh may be told to keep to [0, 1].
            : output.Activation is { Name: not "Hardtanh" } activation && !Probabilities.Contains(activation.Range)
                ? [output.Name, "values outside of [0, 1]", loss.Name, "takes probabilities", "Put a sigmoid in its place"]
                : null;
    }
}

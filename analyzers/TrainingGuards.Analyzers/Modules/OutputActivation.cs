using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Modules;

/// <summary>TG3007: a model ends in an activation that its loss does not expect.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class OutputActivation() : ActivationBeforeLoss(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.OutputActivation,
        nameof(OutputActivation),
        "A model ends in an activation that its loss does not expect",
        "'{0}' is the output layer of '{1}', whose output goes to '{2}'. Remove it: {3}.",
        "A loss that takes raw outputs cannot undo an activation: targets are out of reach, units die, or the output is constant.");

    private protected override object?[]? Message(OutputOperation output, Activation activation, LossCall loss, TorchProgram program) =>
        output.Model is not null && IsMisplaced(output, activation, loss, program)
            ? [output.Name, output.Model, loss.Name, ReasonFor(output, loss)]
            : null;

    private static bool IsMisplaced(OutputOperation output, Activation activation, LossCall loss, TorchProgram program)
    {
        if (activation.IsSoftmax)
        {
            // Over several units it is another rule's, or right.
            return output.IsOverOneUnit(program.Torch);
        }
        return loss.Kind switch
        {
            // A Hardtanh with wide bounds is how logits are kept in range.
            LossKind.CrossEntropy => activation.Name != "Hardtanh",
            // A sigmoid is another rule's.
            LossKind.BinaryWithLogits => activation.Name is not ("Hardtanh" or "Sigmoid" or "Hardsigmoid"),
            LossKind.Elementwise => LeavesTargetsOut(activation, loss, program),
            _ => false,
        };
    }

    /// <summary>Whether an activation keeps the output from targets, certainly; or is one that no target asks for.</summary>
    private static bool LeavesTargetsOut(Activation activation, LossCall loss, TorchProgram program)
    {
        Interval? targets = new TensorRange(program).Of(loss.Target, loss.Body);
        bool isFitted = activation.Name is "Sigmoid" or "Hardsigmoid" or "Tanh" or "Hardtanh" or "Softsign" or "Softplus" or "LogSigmoid";
        if (targets is { } range)
        {
            return activation.Name != "Hardtanh" && (activation.IsUnbounded || !activation.Range.Contains(range));
        }
        // The output of a network that is not known may be as rectified as this one's.
        return !isFitted && !ComesFromNetwork(loss, program);
    }

    private static bool ComesFromNetwork(LossCall loss, TorchProgram program) => loss.Body.Provenance?.Trace(loss.Target).Operations
        .SelectMany(made => made.DescendantsAndSelf()).OfType<IInvocationOperation>().Any(call => EventVocabulary.IsForward(call, program.Torch)) == true;

    private static string ReasonFor(OutputOperation output, LossCall loss) => (output.Activation!, loss.Kind) switch
    {
        ({ Name: "LogSoftmax" }, _) => "over one unit it is always 0",
        ({ IsSoftmax: true }, _) => "over one unit it is always 1",
        (_, LossKind.CrossEntropy or LossKind.BinaryWithLogits) => $"'{loss.Name}' takes logits, of any sign and size",
        ({ IsUnbounded: true }, _) => "it bends what is to be fitted as it is",
        var (activation, _) => $"targets {Outside(activation.Range)} are out of its reach",
    };

    private static string Outside(Interval range) =>
        double.IsPositiveInfinity(range.High) ? $"below {Text(range.Low)}"
        : double.IsNegativeInfinity(range.Low) ? $"above {Text(range.High)}"
        : $"outside of [{Text(range.Low)}, {Text(range.High)}]";

    private static string Text(double end) => end.ToString("G3", CultureInfo.InvariantCulture);
}

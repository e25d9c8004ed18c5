using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers;

/// <summary>A rule on what a loss takes as its input: reported at an activation that is wrong, or at the loss where one is missing.</summary>
public abstract class LossContract : ActivationBeforeLoss
{
    /// <summary>The property that says that a loss is given logits; a layer's or a function's other output has none.</summary>
    internal const string IsGivenLogits = nameof(IsGivenLogits);

    private static readonly ImmutableDictionary<string, string?> Logits = ImmutableDictionary<string, string?>.Empty.Add(IsGivenLogits, "");

    private readonly DiagnosticDescriptor _rule;

    private protected LossContract(DiagnosticDescriptor rule)
        : base(rule) => _rule = rule;

    private protected sealed override void Register(CompilationStartAnalysisContext context, TorchSymbols torch)
    {
        base.Register(context, torch);
        RegisterOperationAction(
            context,
            operation =>
            {
                if (LossCall.MayBe((IInvocationOperation)operation.Operation, torch))
                {
                    AnalyzeLoss(operation, TorchProgram.Of(operation.Compilation, torch));
                }
            },
            OperationKind.Invocation);
    }

    /// <summary>The arguments of the message where a loss cannot take what an operation makes, null where it is not certainly so.</summary>
    private protected abstract object?[]? LossMessage(LossCall loss, OutputOperation output, TorchProgram program);

    private void AnalyzeLoss(OperationContext context, TorchProgram program)
    {
        foreach (LossInput input in program.LossInputs.Of(context.Operation))
        {
            if (LossMessage(input.Loss, input.Output, program) is { } message)
            {
                context.ReportDiagnostic(Diagnostic.Create(
                    _rule,
                    context.Operation.Syntax.GetLocation(),
                    [input.Output.Operation.Syntax.GetLocation()],
                    input.Output.IsWeightedSum(program.Torch) ? Logits : null,
                    message));
                return;
            }
        }
    }
}

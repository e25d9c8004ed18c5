using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Loss;

/// <summary>TG4002: a loss of log-probabilities is given probabilities or logits.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LossWithoutLogProbabilities() : LossContract(Descriptor)
{
    /// <summary>The property that says that a log_softmax can be called just as the softmax is.</summary>
    internal const string HasLogarithm = nameof(HasLogarithm);

    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.LossWithoutLogProbabilities,
        nameof(LossWithoutLogProbabilities),
        "The input of a loss of log-probabilities is none",
        "'{0}' gives {1}, and '{2}' takes log-probabilities. Use {3}.",
        "nll_loss and kl_div take no logarithm: they add up what they are given, and logits or probabilities make them negative or meaningless.");

    private protected override object?[]? Message(OutputOperation output, Activation activation, LossCall loss, TorchProgram program) =>
        TakesLogProbabilities(loss) && activation is { IsSoftmax: true, Name: not "LogSoftmax" }
        && !(output.Model is not null && output.IsOverOneUnit(program.Torch))
            ? [output.Name, "probabilities", loss.Name, output.Layer is null ? "'log_softmax'" : "'LogSoftmax'"]
            : null;

    private protected override object?[]? LossMessage(LossCall loss, OutputOperation output, TorchProgram program) =>
        TakesLogProbabilities(loss) && output.IsWeightedSum(program.Torch)
            ? [output.Name, "logits", loss.Name, (loss.Kind, loss.IsFunction) switch
            {
                (LossKind.Divergence, _) => "'log_softmax' of them",
                (_, true) => "'cross_entropy'",
                _ => "'CrossEntropyLoss'",
            }]
            : null;

    private protected override ImmutableDictionary<string, string?> Facts(IOperation activation, TorchSymbols torch)
    {
        ImmutableDictionary<string, string?> facts = base.Facts(activation, torch);
        return IsAnyName(activation) ? facts.Add(HasLogarithm, "") : facts;
    }

    // torch has a softmax and no log_softmax, and that of torch.nn.functional takes no type.
    private static bool IsAnyName(IOperation softmax)
    {
        if (softmax is not IInvocationOperation { TargetMethod: { Name: "softmax" } method, SemanticModel: { } model, Syntax: InvocationExpressionSyntax call })
        {
            return false;
        }
        INamedTypeSymbol? container = call.Expression is MemberAccessExpressionSyntax ? method.ContainingType : null;
        return model.LookupSymbols(call.SpanStart, container, "log_softmax").OfType<IMethodSymbol>()
            .Any(found => found.IsStatic == method.IsStatic && found.Parameters.Length >= call.ArgumentList.Arguments.Count);
    }

    private static bool TakesLogProbabilities(LossCall loss) => loss.Kind is LossKind.LogProbabilities or LossKind.Divergence;
}

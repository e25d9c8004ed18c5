using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Loss;

/// <summary>TG4007: a loss is given the target where it takes the prediction, and the prediction where it takes the target.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SwappedLossArguments() : TorchAnalyzer(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.SwappedLossArguments,
        nameof(SwappedLossArguments),
        "A loss is given the target as its input",
        "'{0}' takes the prediction first, and is given the target '{1}' there and the prediction '{2}' as its target. Swap them.",
        "The logarithm is then taken of the target, and the prediction is a factor of it: the loss falls without end, and its gradient does not say how wrong the prediction is.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterCallAction(context, torch, call => LossCall.MayBe(call, torch), Analyze);

    private static void Analyze(OperationContext context, IInvocationOperation reported, TorchProgram program)
    {
        if (program.Bodies.Around(reported.Syntax) is { } body && body.Model.GetOperation(reported.Syntax) is IInvocationOperation call
            && LossCall.Of(call, program) is { Kind: not LossKind.Elementwise } loss && IsSwapped(loss, body, new LossRoles(program)))
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Descriptor,
                call.Syntax.GetLocation(),
                [loss.Input.Syntax.GetLocation(), loss.Target.Syntax.GetLocation()],
                loss.Name,
                loss.Input.Name(),
                loss.Target.Name()));
        }
    }

    // A divergence from a constant distribution to a predicted one is asked for as often as the other way round.
    private static bool IsSwapped(LossCall loss, MethodBody body, LossRoles roles) =>
        roles.IsPrediction(loss.Target, body) ? roles.IsLabels(loss.Input, body, orData: loss.Kind != LossKind.Divergence)
        // A probability has no sigmoid to be taken of it.
        : loss.Kind == LossKind.BinaryWithLogits && roles.IsSquashed(loss.Target, body) && !roles.IsSquashed(loss.Input, body) && !roles.IsPrediction(loss.Input, body);
}

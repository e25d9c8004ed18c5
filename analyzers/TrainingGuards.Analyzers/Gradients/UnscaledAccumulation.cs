using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Gradients;

/// <summary>TG1009: gradients of several batches are summed where their mean was meant.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnscaledAccumulation() : TorchAnalyzer(Descriptor)
{
    /// <summary>The property with the expression of how many batches are accumulated.</summary>
    internal const string Batches = nameof(Batches);

    private static readonly DiagnosticDescriptor Descriptor = Rule.Info(
        RuleIds.UnscaledAccumulation,
        nameof(UnscaledAccumulation),
        "Accumulated gradients are summed where their mean was meant",
        "'{0}' is a mean over one batch, and the gradients of {1} batches are summed before a step that is then {1} times as large. Backpropagate it divided by {1}.",
        "Accumulation stands for one batch of the size of all: its gradient is the mean of theirs.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterCallAction(
            context,
            torch,
            call => call.TargetMethod.Name == "backward" && TorchSymbols.Same(call.TargetMethod.ContainingType, torch.Tensor)
                && call.Syntax.Ancestors().Any(outer => outer is CommonForEachStatementSyntax or ForStatementSyntax or WhileStatementSyntax),
            Analyze);

    private static void Analyze(OperationContext context, IInvocationOperation call, TorchProgram program)
    {
        if (program.Bodies.Around(call.Syntax) is not { } body || program.Events.Of(body) is not { } graph
            || graph.At(call.Syntax, EventKind.Backward) is not { } backward
            || graph.LoopsAround(backward).FirstOrDefault() is not { } loop || !Loops.AlwaysRuns(call.Syntax, loop)
            || body.Model.GetOperation(call.Syntax) is not IInvocationOperation { Instance: { } loss } || !IsMean(loss, body, program))
        {
            return;
        }
        var inside = program.Called.In(loop, graph).ToList();
        var steps = inside.Where(one => one.Is(EventKind.OptimizerStep)).ToList();
        if (inside.Any(one => one.IsOpaque || one.Is(EventKind.Gradient | EventKind.ClipGradients)) || inside.Count(one => one.Is(EventKind.Backward)) != 1
            || steps.Count != 1 || IsScaleFree(steps[0].Receiver, body, program)
            || PeriodOf(steps[0].Outer, loop, body.Model) is not { } period
            || !inside.Any(one => one.Is(EventKind.ZeroGrad) && PeriodOf(one.Outer, loop, body.Model)?.IsEquivalentTo(period) == true))
        {
            return;
        }
        context.ReportDiagnostic(Diagnostic.Create(
            Descriptor,
            call.Syntax.GetLocation(),
            [steps[0].Outer.Syntax.GetLocation()],
            ImmutableDictionary<string, string?>.Empty.Add(Batches, period.ToString()),
            loss.Name(),
            period));
    }

    /// <summary>What k is in <c>if (… % k == 0)</c> around an event of the loop.</summary>
    private static SyntaxNode? PeriodOf(TorchEvent step, StatementSyntax loop, SemanticModel model)
    {
        var around = step.Syntax.Ancestors().TakeWhile(outer => outer != loop).OfType<IfStatementSyntax>().ToList();
        return around.Count == 1 && around[0].Statement.Span.Contains(step.Syntax.Span)
            && model.GetOperation(around[0].Condition) is { } condition
            && condition.DescendantsAndSelf().OfType<IBinaryOperation>().FirstOrDefault(binary => binary.OperatorKind == BinaryOperatorKind.Remainder) is { RightOperand: var right }
            && right.WithoutConversion() is ILiteralOperation or ILocalReferenceOperation or IParameterReferenceOperation or IMemberReferenceOperation
            && right.Number() is null or > 1
                ? right.Syntax
                : null;
    }

    private static bool IsMean(IOperation loss, MethodBody body, TorchProgram program) => body.Provenance?.Trace(loss).Single is IInvocationOperation made
        && (program.Torch.IsLossCall(made) ? Reductions.Of(made, body, program) == "Mean" : TensorCall.From(made, program.Torch) is { Name: "mean" });

    /// <summary>Whether an optimizer divides by the size of the gradients, so that a factor in them is of no account.</summary>
    private static bool IsScaleFree(Receiver? optimizer, MethodBody body, TorchProgram program) =>
        optimizer is not null && OptimizerParameters.CreationsOf(optimizer, body, program).Any(creation => creation.Type?.Name is not ("SGD" or "ASGD"));
}

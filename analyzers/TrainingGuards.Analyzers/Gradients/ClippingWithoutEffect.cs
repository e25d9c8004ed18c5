using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Gradients;

/// <summary>TG1006: gradients are clipped where no step uses what is clipped.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ClippingWithoutEffect() : TorchAnalyzer(Descriptor)
{
    /// <summary>The property that says to move the call after (true) or before (false) the statement at the last additional location.</summary>
    internal const string After = nameof(After);

    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.ClippingWithoutEffect,
        nameof(ClippingWithoutEffect),
        "Gradients are clipped where no step uses what is clipped",
        "'{0}' {1}. {2}.",
        "Clipping changes the gradients that are there: the place for it is between backward() and step().");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterOperationAction(
            context,
            operation =>
            {
                var call = (IInvocationOperation)operation.Operation;
                // Who takes the norm that is returned wants to look at it.
                if (EventVocabulary.KindOf(call, torch) == EventKind.ClipGradients && call.Parent is IExpressionStatementOperation)
                {
                    Analyze(operation, call, TorchProgram.Of(operation.Compilation, torch));
                }
            },
            OperationKind.Invocation);

    private static void Analyze(OperationContext context, IInvocationOperation call, TorchProgram program)
    {
        if (program.Bodies.Around(call.Syntax) is not { } body || program.Events.Of(body) is not { } graph
            || graph.At(call.Syntax, EventKind.ClipGradients) is not { } clip
            || body.Model.GetOperation(call.Syntax) is not IInvocationOperation { Arguments: { Length: > 0 } arguments }
            || Stepping(graph, program) is not { Receiver: { } optimizer } step)
        {
            return;
        }
        ImmutableHashSet<GradientFact> facts = GradientStates.Before(graph, clip, optimizer, program);
        if (facts.Any(fact => fact.State == GradientState.Zero) && facts.All(fact => fact.State is GradientState.Zero or GradientState.Inherited))
        {
            TorchEvent zero = Origin(facts, GradientState.Zero);
            TorchEvent? backward = graph.Of(EventKind.Backward).Where(later => later.Syntax.SpanStart > call.Syntax.SpanStart)
                .OrderBy(later => later.Syntax.SpanStart).FirstOrDefault();
            Report(context, call, "runs before backward(), when the gradients are zero, so nothing is clipped", "Call it between backward() and step()", "true", zero, backward);
        }
        else if (!facts.IsEmpty && facts.All(fact => fact.State == GradientState.Used))
        {
            TorchEvent used = Origin(facts, GradientState.Used);
            Report(context, call, $"runs after '{used.Syntax}' has used the gradients, so nothing is clipped", "Call it between backward() and step()", "false", used);
        }
        else if (OptimizerParameters.ReadFrom(arguments[0].Value, body.Locals, program.Torch) is { IsComplete: true, Sources: { Count: 1 } clipped }
            && OptimizerParameters.Of(optimizer, body, program) is { IsComplete: true, Sources: { Count: > 0 } trained }
            && trained.All(source => DistinctModules.Are(source.Module, clipped[0].Module, body, program)))
        {
            Report(context, call, $"clips the gradients of '{clipped[0].Module}', which '{optimizer}' does not update", $"Clip those of '{trained[0].Module}'", null, step);
        }
    }

    /// <summary>The step of the one optimizer that the body steps, itself or through what it calls; null where there are several.</summary>
    private static TorchEvent? Stepping(EventGraph graph, TorchProgram program)
    {
        var all = graph.All.SelectMany(step => program.Called.Of(step, graph)).ToList();
        var steps = all.Where(one => one.Is(EventKind.OptimizerStep)).ToList();
        return steps.Count > 0 && !all.Any(one => one.IsOpaque) && steps.All(one => one.Receiver is { } other && other.Equals(steps[0].Receiver))
            ? steps.Where(one => one.Path.Length == 1).Select(one => one.Step).FirstOrDefault()
            : null;
    }

    private static TorchEvent Origin(IEnumerable<GradientFact> facts, GradientState state) =>
        facts.Where(fact => fact.State == state).Select(fact => fact.Origin!).OrderBy(origin => origin.Syntax.SpanStart).First();

    private static void Report(
        OperationContext context, IInvocationOperation call, string what, string instead, string? after, params TorchEvent?[] elsewhere) =>
        context.ReportDiagnostic(Diagnostic.Create(
            Descriptor,
            call.Syntax.GetLocation(),
            elsewhere.OfType<TorchEvent>().Select(other => other.Syntax.GetLocation()),
            after is null || elsewhere.Contains(null) ? null : ImmutableDictionary<string, string?>.Empty.Add(After, after),
            call.TargetMethod.Name,
            what,
            instead));
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Mode;

/// <summary>TG2002: a model is trained in the evaluation mode that an eval() before left it in, also one of the round before.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MissingTrainMode() : TorchAnalyzer(Descriptor)
{
    /// <summary>The property that is there if train() belongs before the innermost loop around the pass, not into it.</summary>
    internal const string BeforeLoop = nameof(BeforeLoop);

    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.MissingTrainMode,
        nameof(MissingTrainMode),
        "A model is trained in evaluation mode",
        "'{0}' is trained in the evaluation mode that '{1}' left it in, in which its '{2}' {3}. Call '{0}.train()' before the training pass.",
        "eval() lasts until train() is called, over epochs and methods: dropout stays off, and the statistics of normalisation stand still.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterCallAction(context, torch, call => EventVocabulary.IsForward(call, torch), Analyze);

    private static void Analyze(OperationContext context, IInvocationOperation call, TorchProgram program)
    {
        // Without an eval() nothing is left in evaluation.
        if (!program.References.Mentions("eval") || program.Bodies.Around(call.Syntax) is not { } body || program.Events.Of(body) is not { } graph
            || graph.Of(EventKind.OptimizerStep).FirstOrDefault() is null
            || graph.At(call.Syntax, EventKind.Forward) is not { Receiver: { } module } pass
            || body.Model.GetOperation(call.Syntax) is not IInvocationOperation { Instance: { } model } forward
            || OutputUses.Of(forward, body, program).Backward is not { } backward
            || !IsTrained(pass, module, graph, program))
        {
            return;
        }
        ImmutableHashSet<ModeFact> facts = program.Modes.BeforeInSight(graph, pass, module);
        if (facts.Any(fact => fact.Mode == ModuleMode.Unknown)
            || facts.Where(fact => fact is { Mode: ModuleMode.Evaluating, Origin: not null }).Select(fact => fact.Origin!).OrderBy(origin => origin.Syntax.SpanStart).FirstOrDefault() is not { } eval
            || (facts.Any(fact => fact.Mode != ModuleMode.Evaluating) && !IsCertain(pass, eval, backward, graph, program))
            || ModeDependence.Of(model, body, program) is not { } layer)
        {
            return;
        }
        StatementSyntax? loop = graph.LoopsAround(pass).FirstOrDefault();
        bool isOutside = loop is not null && !(loop.SyntaxTree == eval.Syntax.SyntaxTree && loop.Span.Contains(eval.Syntax.Span));
        context.ReportDiagnostic(Diagnostic.Create(
            Descriptor,
            call.Syntax.GetLocation(),
            [eval.Syntax.GetLocation(), backward.Syntax.GetLocation()],
            ImmutableDictionary<string, string?>.Empty.Add(BeforeLoop, isOutside ? "true" : null),
            call.Instance!.Syntax.ToString(),
            eval.Syntax.ToString(),
            layer.Type.Name,
            Layers.IsDropout(layer.Type, program.Torch) ? "drops nothing" : "no longer learns its statistics"));
    }

    /// <summary>
    /// Whether the pass is trained in each round, and the eval() runs in each: where either depends on a condition, so may the other, as in a loop
    /// over a phase that trains and one that validates.
    /// </summary>
    private static bool IsCertain(TorchEvent pass, TorchEvent eval, IOperation backward, EventGraph graph, TorchProgram program)
    {
        SyntaxNode root = graph.Body.Root.Syntax;
        SyntaxNode Around(SyntaxNode place) => graph.LoopsAround(pass).FirstOrDefault(loop => loop.Span.Contains(place.Span)) ?? root;
        if (!Loops.AlwaysRuns(backward.Syntax, Around(backward.Syntax)))
        {
            return false;
        }
        if (graph.All.Contains(eval))
        {
            return Loops.AlwaysRuns(eval.Syntax, Around(eval.Syntax));
        }
        static IEnumerable<TorchEvent> Calls(EventGraph body, TorchProgram program) =>
            body.Of(EventKind.Call).Where(call => program.Events.Reaches(call, EventKind.Eval, body.Body.Locals) != Answer.No);

        return program.Bodies.Around(eval.Syntax) is { } callee && Loops.AlwaysRuns(eval.Syntax, callee.Root.Syntax)
            && (Calls(graph, program).ToList() is { Count: > 0 } calls
                ? calls.TrueForAll(call => Loops.AlwaysRuns(call.Syntax, Around(call.Syntax)))
                : CallSites.OuterNames(graph.Body, pass.Receiver!, program).Any(outer => Calls(outer.Graph, program).Any(call =>
                    call != outer.Step && Loops.AlwaysRuns(call.Syntax, LoopAround(call, outer.Step, outer.Graph)) && outer.Graph.CanReach(call, outer.Step, _ => false))));
    }

    /// <summary>The innermost loop around both, the body where there is none.</summary>
    private static SyntaxNode LoopAround(TorchEvent call, TorchEvent pass, EventGraph graph) =>
        graph.LoopsAround(pass).FirstOrDefault(loop => loop.Span.Contains(call.Syntax.Span)) ?? graph.Body.Root.Syntax;

    /// <summary>Whether the optimizer that steps after the pass was made for the model: a network that only leads to another's loss is meant to evaluate.</summary>
    private static bool IsTrained(TorchEvent pass, Receiver module, EventGraph graph, TorchProgram program)
    {
        var steps = graph.Of(EventKind.OptimizerStep).OrderBy(step => step.Syntax.SpanStart).ToList();
        TorchEvent next = steps.Find(step => step.Syntax.SpanStart > pass.Syntax.SpanStart) ?? steps[0];
        return next.Receiver is { } optimizer && TrainedModules.Includes(optimizer, module, graph, program);
    }
}

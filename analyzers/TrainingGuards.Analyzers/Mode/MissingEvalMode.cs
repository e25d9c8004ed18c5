using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Mode;

/// <summary>TG2001: a model with Dropout or BatchNorm is measured in training mode.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MissingEvalMode() : TorchAnalyzer(Descriptor)
{
    /// <summary>The property that holds how many loops around the forward pass belong to the evaluation.</summary>
    internal const string Loops = nameof(Loops);

    /// <summary>The property that is there if training goes on after the evaluation, with no train() before it.</summary>
    internal const string TrainingFollows = nameof(TrainingFollows);

    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.MissingEvalMode,
        nameof(MissingEvalMode),
        "A model is evaluated in training mode",
        "'{0}' is evaluated in training mode, in which its {1}. Call '{0}.eval()' before the evaluation.",
        "Dropout and BatchNorm compute something else while training: a metric taken then is noisy and depends on the batch.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterEvaluationAction(context, torch, Analyze);

    private static void Analyze(OperationBlockAnalysisContext context, IEnumerable<Evaluation> evaluations, TorchProgram program)
    {
        var reported = new HashSet<(SyntaxNode, Receiver)>();
        foreach (Evaluation evaluation in evaluations)
        {
            if (ModeDependence.Of(evaluation.Forward.Instance, evaluation.Body, program) is { } layer && !IsBaseline(evaluation, program) && IsInTrainingMode(evaluation, program)
                && reported.Add((evaluation.Extent, evaluation.Module)))
            {
                context.ReportDiagnostic(Diagnostic.Create(
                    Descriptor,
                    evaluation.Forward.Syntax.GetLocation(),
                    Facts(evaluation, program),
                    evaluation.Forward.Instance!.Syntax.ToString(),
                    Layers.IsDropout(layer.Type, program.Torch) ? $"'{layer.Type.Name}' drops values at random" : $"'{layer.Type.Name}' depends on the batch"));
            }
        }
    }

    /// <summary>Whether it is the loss before training, taken once, to be compared with the loss in training: both are of one mode.</summary>
    private static bool IsBaseline(Evaluation evaluation, TorchProgram program)
    {
        EventGraph graph = evaluation.Graph;
        if (graph.LoopsAround(evaluation.Step).Any())
        {
            return false;
        }
        var passes = TrainingPasses.Of(evaluation.Module, graph, program, (_, _, _) => true).ToList();
        return passes.Any(pass => graph.CanReach(evaluation.Step, pass, step => step.Is(EventKind.Mode)))
            && !passes.Any(pass => graph.CanReach(pass, evaluation.Step, _ => false));
    }

    private static bool IsInTrainingMode(Evaluation evaluation, TorchProgram program)
    {
        ImmutableHashSet<ModeFact> facts = program.Modes.BeforeInProgram(evaluation.Graph, evaluation.Step, evaluation.Module);
        if (!facts.IsEmpty && facts.All(fact => fact.Mode == ModuleMode.Training))
        {
            return !facts.Any(fact => IsAskedFor(fact, evaluation, program));
        }
        return facts.All(fact => fact.Mode == ModuleMode.Inherited) && IsTrainedInTheSameMode(evaluation, program);
    }

    /// <summary>Whether a train() was called for the evaluation itself, as Monte Carlo dropout does: nothing is trained in between.</summary>
    private static bool IsAskedFor(ModeFact fact, Evaluation evaluation, TorchProgram program)
    {
        if (fact is not { Graph: { } graph, Origin: { Kind: EventKind.Train, Receiver: { } target } origin })
        {
            return false;
        }
        bool IsSwitch(TorchEvent step) => step.Is(EventKind.Mode) && target.Equals(step.Receiver);
        bool Trains(TorchEvent step, EventGraph where) => program.Events.Reaches(step, EventKind.Training, where.Body.Locals) == Answer.Yes;
        return graph == evaluation.Graph
            ? !graph.All.Any(step => Trains(step, graph) && graph.CanReach(origin, step, IsSwitch) && graph.CanReach(step, evaluation.Step, IsSwitch))
            : !graph.All.Any(step => Trains(step, graph) && graph.CanReach(origin, step, IsSwitch))
                && !evaluation.Graph.All.Any(step => Trains(step, evaluation.Graph) && evaluation.Graph.CanReach(step, evaluation.Step, IsSwitch));
    }

    /// <summary>Whether the body, or one that calls it, also trains the model, and sets no mode for either: one of the two is in the wrong one.</summary>
    private static bool IsTrainedInTheSameMode(Evaluation evaluation, TorchProgram program)
    {
        bool IsInherited(EventGraph graph, TorchEvent step, Receiver module) =>
            program.Modes.Before(graph, step, module) is { IsEmpty: false } facts && facts.All(fact => fact.Mode == ModuleMode.Inherited);
        bool IsTrained(EventGraph graph, TorchEvent step, Receiver module) => IsInherited(graph, step, module)
            && TrainingPasses.Of(module, graph, program, IsInherited).Any(pass => pass != step);

        return IsInherited(evaluation.Graph, evaluation.Step, evaluation.Module)
            && (IsTrained(evaluation.Graph, evaluation.Step, evaluation.Module)
                || CallSites.OuterNames(evaluation.Body, evaluation.Module, program).Any(outer => IsTrained(outer.Graph, outer.Step, outer.Module)));
    }

    private static ImmutableDictionary<string, string?> Facts(Evaluation evaluation, TorchProgram program)
    {
        ImmutableDictionary<string, string?> facts = ImmutableDictionary<string, string?>.Empty
            .Add(Loops, evaluation.Loops.ToString(CultureInfo.InvariantCulture));
        bool follows = TrainingPasses.FollowUnprepared(evaluation.Step, evaluation.Module, evaluation.Graph, program)
            || CallSites.OuterNames(evaluation.Body, evaluation.Module, program)
                .Any(outer => TrainingPasses.FollowUnprepared(outer.Step, outer.Module, outer.Graph, program));
        return follows ? facts.Add(TrainingFollows, "true") : facts;
    }
}

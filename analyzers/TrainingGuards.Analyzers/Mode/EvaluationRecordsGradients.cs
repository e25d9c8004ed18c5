using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Mode;

/// <summary>TG2006: an evaluation records a graph for gradients that nobody computes.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class EvaluationRecordsGradients() : TorchAnalyzer(Descriptor)
{
    /// <summary>The property that holds which loop around the pass, counted from the innermost, the guard can stand in.</summary>
    internal const string Loop = nameof(Loop);

    /// <summary>The property that is there if the guard can stand at the beginning of the method.</summary>
    internal const string Method = nameof(Method);

    private static readonly DiagnosticDescriptor Descriptor = Rule.Info(
        RuleIds.EvaluationRecordsGradients,
        nameof(EvaluationRecordsGradients),
        "An evaluation records gradients",
        "'{0}' records a graph for gradients in each round, and its result is only read, as by '{1}'. Evaluate under 'no_grad()'.",
        "Outside no_grad() a forward pass keeps what backward() would need: an evaluation takes more memory and time than it has to.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterEvaluationAction(context, torch, Analyze);

    private static void Analyze(OperationBlockAnalysisContext context, IEnumerable<Evaluation> evaluations, TorchProgram program)
    {
        var reported = new HashSet<SyntaxNode>();
        foreach (Evaluation evaluation in evaluations)
        {
            if (IsRepeated(evaluation, program) && Learns(evaluation, program) && !MayMeanIt(evaluation, program)
                && GradientRecording.IsOn(evaluation.Step, evaluation.Graph, program)
                && reported.Add(evaluation.Loops > 0 ? evaluation.Extent : evaluation.Body.Root.Syntax))
            {
                context.ReportDiagnostic(Diagnostic.Create(
                    Descriptor,
                    evaluation.Forward.Syntax.GetLocation(),
                    [evaluation.Metric.Syntax.GetLocation()],
                    Place(evaluation, program),
                    evaluation.Forward.Syntax.ToString(),
                    evaluation.Metric.Name()));
            }
        }
    }

    // One pass an epoch costs little.
    private static bool IsRepeated(Evaluation evaluation, TorchProgram program) => evaluation.Loops > 0
        || (!evaluation.Graph.LoopsAround(evaluation.Step).Any()
            && Repetition.Of(evaluation.Step, evaluation.Graph, program).Any(repeated => !Evaluation.Trains(repeated.Loop, repeated.Graph, program)));

    /// <summary>Whether the module certainly has parameters, for which a graph is recorded.</summary>
    private static bool Learns(Evaluation evaluation, TorchProgram program) =>
        program.Values.Of(evaluation.Forward.Instance, evaluation.Body) is { IsEmpty: false } modules && modules.All(module => NewModule.Learns(module, program));

    /// <summary>Whether gradients may be asked for in another way, or parameters have none, or the method trains by means that are not backward().</summary>
    private static bool MayMeanIt(Evaluation evaluation, TorchProgram program)
    {
        TorchSymbols torch = program.Torch;
        return IsForTraining(evaluation, program)
            || program.References.Named<IInvocationOperation>("grad").Any(call => TorchSymbols.Same(call.TargetMethod.ContainingType, torch.Autograd))
            || program.References.Named<IInvocationOperation>("requires_grad_").Any(call => call.Arguments.Any(argument =>
                argument.Parameter?.Type.SpecialType == SpecialType.System_Boolean && argument.Value.ConstantValue is not { HasValue: true, Value: true }))
            || program.References.Named<IPropertyReferenceOperation>("requires_grad").Any(property =>
                property.Parent is ISimpleAssignmentOperation { Value.ConstantValue: not { HasValue: true, Value: true } } assignment && assignment.Target == property);
    }

    private static bool IsForTraining(Evaluation evaluation, TorchProgram program)
    {
        for (MethodBody? body = evaluation.Body; body is not null; body = body.Outer)
        {
            if (new[] { "train", "fit" }.Any(word => body.Owner.Name.IndexOf(word, StringComparison.OrdinalIgnoreCase) >= 0)
                && body.Owner is IMethodSymbol method && program.Events.Reaches(method, EventKind.Training) != Answer.Yes)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Where a guard changes nothing but what is recorded: all that runs under it evaluates, on one thread.</summary>
    private static ImmutableDictionary<string, string?> Place(Evaluation evaluation, TorchProgram program)
    {
        ImmutableDictionary<string, string?> place = ImmutableDictionary<string, string?>.Empty;
        bool isMethod = evaluation.Body.Owner is IMethodSymbol { MethodKind: MethodKind.Ordinary or MethodKind.LocalFunction } method
            && program.Events.Reaches(method, EventKind.Training) == Answer.No;
        return isMethod && OnlyEvaluates(evaluation.Body.Root.Syntax, evaluation.Graph, program) ? place.Add(Method, "true")
            : evaluation.Loops > 0 && OnlyEvaluates(evaluation.Extent, evaluation.Graph, program) ? place.Add(Loop, evaluation.Loops.ToString(CultureInfo.InvariantCulture))
            : place;
    }

    private static bool OnlyEvaluates(SyntaxNode extent, EventGraph graph, TorchProgram program) =>
        graph.All.Where(step => extent.Span.Contains(step.Syntax.Span)).All(step => step.Is(EventKind.Forward)
            ? graph.Body.Model.GetOperation(step.Syntax) is IInvocationOperation forward && Evaluation.Of(forward, program) is not null
            : program.Events.Reaches(step, EventKind.Forward | EventKind.GradModeBegin, graph.Body.Locals) == Answer.No)
        && !extent.DescendantNodes().Any(node => node is AwaitExpressionSyntax or YieldStatementSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax
            or CommonForEachStatementSyntax { AwaitKeyword.RawKind: not 0 });
}

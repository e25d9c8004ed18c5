using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Gradients;

/// <summary>TG1001: a loop steps on gradients that nothing zeroes.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MissingZeroGrad() : TorchAnalyzer(Descriptor)
{
    /// <summary>The property that says how many loops around the backward() belong to one step; there where the step's own body leads to it.</summary>
    internal const string Loops = nameof(Loops);

    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.MissingZeroGrad,
        nameof(MissingZeroGrad),
        "An optimizer steps on gradients that are never zeroed",
        "'{0}' steps on gradients that nothing in the loop zeroes, so those of all iterations add up. Call '{0}.zero_grad()' before '{1}'.",
        "backward() adds to the gradients that are there: without zero_grad() each step also follows every batch before.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterCallAction(context, torch, call => EventVocabulary.KindOf(call, torch) == EventKind.OptimizerStep, Analyze);

    private static void Analyze(OperationContext context, IInvocationOperation call, TorchProgram program)
    {
        if (program.Bodies.Around(call.Syntax) is not { } body || program.Events.Of(body) is not { } graph
            || graph.At(call.Syntax, EventKind.OptimizerStep) is not { } step || EventVocabulary.IsOwnStep(call, program))
        {
            return;
        }
        CalledEvent? backward = null;
        foreach (Repetition repetition in Repetition.InSight(step, graph, program))
        {
            if (Accumulated(repetition, program) is not { } found)
            {
                return;
            }
            backward ??= found;
        }
        if (backward is not null)
        {
            Report(context, call, graph, step, backward);
        }
    }

    /// <summary>The first backward() whose gradients are certainly added to those of the iteration before, null where that is not certain.</summary>
    private static CalledEvent? Accumulated(Repetition repetition, TorchProgram program)
    {
        var inside = program.Called.In(repetition.Loop, repetition.Graph).ToList();
        if (inside.Any(one => one.IsOpaque || one.Is(EventKind.Gradient)) || !KeepsGradients(repetition, inside, program))
        {
            return null;
        }
        var backwards = inside.Where(one => one.Is(EventKind.Backward)).ToList();
        return backwards.Count > 0 && backwards.All(repetition.AlwaysFollows)
            && !inside.Any(one => one.Is(EventKind.ZeroGrad) && MayZero(one, repetition, program))
            ? backwards.OrderBy(one => one.Outer.Syntax.SpanStart).First()
            : null;
    }

    /// <summary>Whether the gradients outlive a round of the loop: neither the optimizer, nor else the modules that it is for, are made in it.</summary>
    private static bool KeepsGradients(Repetition repetition, List<CalledEvent> inside, TorchProgram program)
    {
        CalledEvent.Link own = repetition.Path[repetition.Path.Length - 1];
        bool Outlives(Receiver? name) => name is not null && repetition.Outlives(name) && !inside.Exists(one => one.Is(EventKind.Assign) && name.Equals(one.Receiver));
        return OptimizerParameters.Of(own.Step.Receiver, own.Graph.Body, program) is { IsComplete: true, Sources: { Count: > 0 } sources }
            ? sources.All(source => Outlives(repetition.NameOf(source.Module, program)))
            : Outlives(repetition.ReceiverIn(program));
    }

    /// <summary>Whether a zero_grad() may be meant for this optimizer: it is not certain that it zeroes other parameters.</summary>
    private static bool MayZero(CalledEvent zero, Repetition repetition, TorchProgram program)
    {
        MethodBody body = repetition.Graph.Body;
        return zero.Receiver is null || repetition.ReceiverIn(program) is not { } optimizer || zero.Receiver.Equals(optimizer)
            || OptimizerParameters.Of(optimizer, body, program) is not { IsComplete: true } own
            || ModulesOf(zero, body, program) is not { } zeroed
            || zeroed.Any(other => own.Sources.Any(mine => !DistinctModules.Are(mine.Module, other, body, program)));
    }

    private static IEnumerable<Receiver>? ModulesOf(CalledEvent zero, MethodBody body, TorchProgram program) =>
        zero.Step.Operation is IInvocationOperation { Instance.Type: { } type } && program.Torch.IsModule(type) ? [zero.Receiver!]
        : OptimizerParameters.Of(zero.Receiver, body, program) is { IsComplete: true } parameters ? parameters.Sources.Select(source => source.Module)
        : null;

    private static void Report(OperationContext context, IInvocationOperation call, EventGraph graph, TorchEvent step, CalledEvent backward)
    {
        ImmutableDictionary<string, string?> facts = ImmutableDictionary<string, string?>.Empty;
        TorchEvent place = backward.Step;
        // In the step's own body, and there alone, the optimizer is sure to be known by this name.
        if (backward.Path.FirstOrDefault(link => link.Graph == graph) is { Step: { } own })
        {
            bool isClosure = call.Syntax.Span.Contains(place.Syntax.Span);
            EventGraph where = isClosure ? backward.Path[backward.Path.Length - 1].Graph : graph;
            place = isClosure ? place : own;
            StatementSyntax? loop = graph.LoopsAround(step).FirstOrDefault();
            facts = facts.Add(Loops, where.LoopsAround(place).TakeWhile(inner => inner != loop).Count().ToString(CultureInfo.InvariantCulture));
        }
        context.ReportDiagnostic(Diagnostic.Create(
            Descriptor, call.Syntax.GetLocation(), [place.Syntax.GetLocation()], facts, call.Instance!.Syntax.ToString(), Name(place)));
    }

    private static string Name(TorchEvent place) => place.Operation is IInvocationOperation { Instance: { } loss, TargetMethod.Name: "backward" }
        ? loss.Symbol() is null ? "backward()" : $"{loss.Name()}.backward()"
        : place.Operation.Name();
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Schedule;

/// <summary>TG8002: each round of a loop steps the scheduler before the optimizer, so that the schedule runs one step ahead.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SchedulerBeforeOptimizer() : TorchAnalyzer(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.SchedulerBeforeOptimizer,
        nameof(SchedulerBeforeOptimizer),
        "A scheduler is stepped before its optimizer",
        "'{0}' is stepped before '{1}' in each round, so its schedule runs one step ahead. Call '{0}.step()' after '{2}'.",
        "A scheduler sets its first rate when it is made: step() goes on to the next one.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterCallAction(context, torch, call => call.Arguments.IsEmpty && EventVocabulary.KindOf(call, torch) == EventKind.SchedulerStep, Analyze);

    private static void Analyze(OperationContext context, IInvocationOperation call, TorchProgram program)
    {
        if (program.Bodies.Around(call.Syntax) is not { } body || program.Events.Of(body) is not { } graph
            || graph.At(call.Syntax, EventKind.SchedulerStep) is not { Receiver: { } scheduler } step)
        {
            return;
        }
        CalledEvent? optimizer = null;
        foreach (Repetition repetition in Repetition.Of(step, graph, program))
        {
            if (SteppedAfter(repetition, program) is not { } found)
            {
                return;
            }
            optimizer ??= found;
        }
        if (optimizer is not null)
        {
            TorchEvent place = optimizer.Path.FirstOrDefault(link => link.Graph == graph).Step ?? optimizer.Step;
            context.ReportDiagnostic(Diagnostic.Create(
                Descriptor, call.Syntax.GetLocation(), [place.Syntax.GetLocation()], scheduler.ToString(), optimizer.Receiver!.ToString(), Name(place)));
        }
    }

    /// <summary>The first step of the scheduler's own optimizer in a round, where none can have come before; null where that is not certain.</summary>
    private static CalledEvent? SteppedAfter(Repetition repetition, TorchProgram program)
    {
        EventGraph graph = repetition.Graph;
        ImmutableArray<Scheduler> schedulers = Scheduler.Of(repetition.ReceiverIn(program), graph.Body, program);
        if (schedulers.IsEmpty || !schedulers.All(one => one.Optimizers.Length > 0 && CountsFromZero(one) && !repetition.Loop.Span.Contains(one.Creation.Syntax.Span)))
        {
            return null;
        }
        bool IsOwn(CalledEvent one) => one.Is(EventKind.OptimizerStep) && one.Receiver is { } name && schedulers.All(scheduler => scheduler.Optimizers.Contains(name));
        bool MayBeOwn(CalledEvent one) => one.IsOpaque || (one.Is(EventKind.OptimizerStep) && (IsOwn(one) || !IsAnother(one.Receiver, graph.Body, schedulers, program)));

        return MayFollow(repetition.Path[0], MayBeOwn, program)
            || repetition.Path.Skip(1).Any(link => MayFollow(link, one => one.IsOpaque || one.Is(EventKind.OptimizerStep), program))
            || IsSteppedElsewhere(repetition, schedulers, program)
            ? null
            : program.Called.In(repetition.Loop, graph).Where(IsOwn).OrderBy(one => one.Outer.Syntax.SpanStart).FirstOrDefault(one => ComesAfter(one, repetition));
    }

    // What a function of the user's gives for the first step, and what a plateau waits for, is not known.
    private static bool CountsFromZero(Scheduler scheduler) => scheduler.Kind is not ("LambdaLR" or "SequentialLR" or "ReduceLROnPlateau");

    /// <summary>Whether the optimizer may step on the way to the first arrival at a point.</summary>
    private static bool MayFollow(CalledEvent.Link point, Func<CalledEvent, bool> isStep, TorchProgram program)
    {
        EventGraph graph = point.Graph;
        return graph.All.Any(other => other != point.Step && program.Called.Of(other, graph).Any(isStep)
            && graph.CanReach(start: null, other, step => step == point.Step) && graph.CanReach(other, point.Step, _ => false));
    }

    private static bool ComesAfter(CalledEvent optimizer, Repetition scheduler)
    {
        for (int i = 0; i < scheduler.Path.Length && i < optimizer.Path.Length; i++)
        {
            if (scheduler.Path[i].Step != optimizer.Path[i].Step)
            {
                return scheduler.Path[i].Graph.CanReach(scheduler.Path[i].Step, optimizer.Path[i].Step, _ => false);
            }
        }
        return false;
    }

    /// <summary>Whether an optimizer is certainly not one of these schedulers': it was made by itself.</summary>
    private static bool IsAnother(Receiver? optimizer, MethodBody body, ImmutableArray<Scheduler> schedulers, TorchProgram program) =>
        optimizer is not null && OptimizerParameters.CreationsOf(optimizer, body, program) is { IsEmpty: false } creations
        && schedulers.All(scheduler => Receiver.Of(Scheduler.ArgumentOf(scheduler.Creation, "optimizer")?.Value, scheduler.Maker.Locals) is { } scheduled
            && OptimizerParameters.CreationsOf(scheduled, scheduler.Maker, program) is { IsEmpty: false } own && !own.Any(creations.Contains));

    /// <summary>Whether the scheduler, or its optimizer, may also be stepped outside of the loop: to catch up with a run that is resumed, or to warm up.</summary>
    private static bool IsSteppedElsewhere(Repetition repetition, ImmutableArray<Scheduler> schedulers, TorchProgram program)
    {
        SyntaxNode own = repetition.Path[repetition.Path.Length - 1].Step.Syntax;
        var inside = new HashSet<SyntaxNode>(program.Called.In(repetition.Loop, repetition.Graph).Select(one => one.Step.Syntax));
        bool isLocal = schedulers.All(scheduler => scheduler.Maker.Outermost == repetition.Graph.Body.Outermost) && repetition.ReceiverIn(program) is { Root: ILocalSymbol };
        return program.References.Named<IInvocationOperation>("step").Any(call => call.Syntax != own && program.Bodies.Around(call.Syntax) is { } body
            && EventVocabulary.KindOf(call, program.Torch) switch
            {
                EventKind.SchedulerStep => Scheduler.Of(Receiver.Of(call.Instance, body.Locals), body, program) is var others
                    && (others.IsEmpty ? !isLocal || body.Outermost == repetition.Graph.Body.Outermost : others.Any(other => schedulers.Any(one => one.Creation == other.Creation))),
                EventKind.OptimizerStep => !isLocal && !inside.Contains(call.Syntax)
                    && !IsAnother(Receiver.Of(call.Instance, body.Locals), body, schedulers, program),
                _ => false,
            });
    }

    private static string Name(TorchEvent place) => place.Is(EventKind.OptimizerStep) ? $"{place.Receiver}.step()" : place.Operation.Name();
}

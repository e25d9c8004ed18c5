using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Schedule;

/// <summary>TG8003: a schedule whose length is counted in epochs is stepped after each batch, or the reverse.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ScheduleGranularity() : TorchAnalyzer(Descriptor)
{
    // What is left of a rate when it is gone for a number of 32 bits: 1 - 1e-8 is 1.
    private const double Vanished = 1e-8;

    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.ScheduleGranularity,
        nameof(ScheduleGranularity),
        "A schedule is counted in epochs and stepped in batches, or the reverse",
        "{0}. {1}.",
        "A scheduler counts its own steps: they are epochs or batches, as its length is meant.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterCallAction(context, torch, call => call.Arguments.IsEmpty && EventVocabulary.KindOf(call, torch) == EventKind.SchedulerStep, Analyze);

    private static void Analyze(OperationContext context, IInvocationOperation call, TorchProgram program)
    {
        if (program.Bodies.Around(call.Syntax) is not { } body || program.Events.Of(body) is not { } graph
            || graph.At(call.Syntax, EventKind.SchedulerStep) is not { Receiver: { } name } step)
        {
            return;
        }
        var findings = Repetition.Of(step, graph, program).Select(round => Find(round, name, program)).ToList();
        if (findings.Count > 0 && findings.All(finding => finding is not null))
        {
            (string defect, string cure, Location beside, Location made) = findings[0]!.Value;
            context.ReportDiagnostic(Diagnostic.Create(Descriptor, call.Syntax.GetLocation(), [beside, made], defect, cure));
        }
    }

    private static (string Defect, string Cure, Location Beside, Location Made)? Find(Repetition round, Receiver name, TorchProgram program)
    {
        ImmutableArray<Scheduler> schedulers = Scheduler.Of(round.ReceiverIn(program), round.Graph.Body, program);
        if (schedulers.Length != 1 || schedulers[0] is not { Optimizers.IsEmpty: false } scheduler || round.Loop.Span.Contains(scheduler.Creation.Syntax.Span))
        {
            return null;
        }
        var called = program.Called.In(round.Loop, round.Graph).ToList();
        var steps = called.Where(one => one.Is(EventKind.OptimizerStep) && one.Receiver is { } receiver && scheduler.Optimizers.Contains(receiver)).ToList();
        Location made = scheduler.Creation.Syntax.GetLocation();
        if (steps.Any(round.IsOncePerRound))
        {
            return InBatches(round, scheduler, name, program) is { } defect
                ? (defect, $"Call '{name}.step()' after each epoch", round.Loop.GetFirstToken().GetLocation(), made)
                : null;
        }
        bool isOnlyStep = called.Count(one => one.Is(EventKind.SchedulerStep) && (one.Receiver is null || one.Receiver.Equals(round.ReceiverIn(program)))) == 1 && !called.Any(one => one.IsOpaque);
        return isOnlyStep && steps.Count > 0 && InEpochs(round, scheduler, program) is { } length
            ? ($"'{name}' counts batches by '{length}', but is stepped after each epoch, so its schedule hardly begins", $"Call '{name}.step()' after each batch",
                steps[0].Step.Syntax.GetLocation(), made)
            : null;
    }

    /// <summary>What is wrong with a schedule that is stepped after each batch, null where nothing certainly is.</summary>
    private static string? InBatches(Repetition batches, Scheduler scheduler, Receiver name, TorchProgram program)
    {
        ImmutableArray<Repetition> epochs = batches.Around(program);
        if (epochs.IsEmpty || !batches.IsUnconditional || epochs.Any(outer => outer.Loop.Span.Contains(scheduler.Creation.Syntax.Span)))
        {
            return null;
        }
        Count? batch = Count.OfRounds(batches.Loop, batches.Graph.Body, program);
        Count?[] bounds = [.. epochs.Select(outer => Count.OfRounds(outer.Loop, outer.Graph.Body, program))];
        foreach (IOperation length in LengthsOf(scheduler.Creation))
        {
            Count counted = Count.Of(length, scheduler.Maker, program);
            bool IsInEpochs(Count bound) => counted.IsPartOf(bound) || (IsWholeLength(scheduler.Kind) && counted.Number > 1 && counted.IsSame(bound));
            if (bounds.All(bound => bound is not null && IsInEpochs(bound)) && (batch is null || !IsInEpochs(batch)))
            {
                return $"'{name}' counts epochs by '{length.Syntax}', but is stepped after each batch, so its schedule ends long before the training";
            }
        }
        double total = (batch?.Number ?? 1) * bounds.Min(bound => bound?.Number ?? 1);
        return StepsToVanish(scheduler.Creation) is { } steps && 2 * steps <= total
            ? FormattableString.Invariant($"'{name}' is stepped after each batch, so the learning rate is gone after {steps} of {total} batches")
            : null;
    }

    /// <summary>The length, in batches, of a schedule that is stepped after each epoch; null where it may be in epochs.</summary>
    private static string? InEpochs(Repetition epochs, Scheduler scheduler, TorchProgram program)
    {
        if (Count.OfRounds(epochs.Loop, epochs.Graph.Body, program) is not { } rounds)
        {
            return null;
        }
        IOperation creation = scheduler.Creation;
        Count? Given(string name) => Scheduler.ArgumentOf(creation, name) is { } argument ? Count.Of(argument.Value, scheduler.Maker, program) : null;

        // An optimizer that steps several times a batch, as a critic's does, does not make a loop one over epochs: its bound does.
        if (scheduler.Kind == "OneCycleLR" && Given("total_steps") is null && Given("epochs") is { } length && length.IsSame(rounds)
            && Given("steps_per_epoch") is { Number: null or > 1 } perEpoch)
        {
            return perEpoch.Value.Syntax.ToString();
        }
        bool isCycle = scheduler.Kind is "OneCycleLR" or "CyclicLR" && IsRunOnce(epochs, scheduler);
        foreach (IOperation given in LengthsOf(creation))
        {
            Count counted = Count.Of(given, scheduler.Maker, program);
            if (counted.IsMultipleOf(rounds) || (isCycle && counted.Number >= 2 * rounds.Number))
            {
                return given.Syntax.ToString();
            }
        }
        return isCycle && scheduler.Kind == "CyclicLR" && Given("step_size_up") is null && 2 * rounds.Number <= 2000 ? "step_size_up: 2000" : null;
    }

    /// <summary>Whether a scheduler sees the loop once: it is made in the same body, and in every loop that the loop is in.</summary>
    private static bool IsRunOnce(Repetition epochs, Scheduler scheduler) => epochs.Graph.Body == scheduler.Maker
        && epochs.Graph.LoopsAround(epochs.Outer).SkipWhile(loop => loop != epochs.Loop).Skip(1).All(loop => loop.Span.Contains(scheduler.Creation.Syntax.Span));

    private static IEnumerable<IOperation> LengthsOf(IOperation creation)
    {
        foreach (string name in new[] { "T_max", "total_iters", "total_steps", "step_size", "step_size_up", "milestones" })
        {
            if (Scheduler.ArgumentOf(creation, name) is { } argument)
            {
                IOperation value = argument.Value.WithoutConversion();
                foreach (IOperation length in ListedValues.ElementsOf(value) ?? [value])
                {
                    yield return length;
                }
            }
        }
    }

    // A warm-up of five batches in a training of five epochs is no accident.
    private static bool IsWholeLength(string kind) => kind is "CosineAnnealingLR" or "PolynomialLR" or "OneCycleLR";

    private static double? StepsToVanish(IOperation creation)
    {
        double? Number(string name, double otherwise) => Scheduler.ArgumentOf(creation, name) is { } argument ? argument.Value.Number() : otherwise;

        return Scheduler.KindOf(creation) is "StepLR" or "ExponentialLR" && Number("gamma", 0.1) is > 0 and < 1 and var gamma && Number("step_size", 1) is >= 1 and var size
            ? Math.Ceiling(Math.Log(Vanished) / Math.Log(gamma)) * size
            : null;
    }
}

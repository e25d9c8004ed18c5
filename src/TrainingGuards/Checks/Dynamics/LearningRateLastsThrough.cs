using TrainingGuards.Decoding;
using TrainingGuards.Monitoring;
using TrainingGuards.Reporting;
using static TorchSharp.torch.optim.lr_scheduler;

namespace TrainingGuards.Checks.Dynamics;

/// <summary>The schedule of the learning rate is as long as training: it neither ends early, nor starts over and over, nor begins too late.</summary>
/// <remarks>
/// In a suite a dry run: the scheduler alone is stepped as often as training would step it, and no batch is trained on. In the user's own loop the rates as they are. Needs the length of training. It cannot see
/// whether the rate itself is right, nor a scheduler of the loop around <c>Setup.Step</c> that nobody steps; <see cref="TrainingMonitor"/> does. Cost: nothing; 2 S where the setup has a <c>Step</c>.
/// </remarks>
/// <param name="epochs">For how many epochs the setup is trained; null where <paramref name="totalSteps"/> says it, or <see cref="Setup.Epochs"/>.</param>
/// <param name="totalSteps">For how many steps it is trained; null where <paramref name="epochs"/> says it.</param>
/// <param name="mean">The smallest mean of the rate from its peak on, over the peak.</param>
/// <param name="lasts">The smallest part of training after which the rate may stay below 1 % of its peak.</param>
/// <param name="climbs">How often the rate may climb from below 1 % of its peak back to half of it.</param>
public sealed class LearningRateLastsThrough(int? epochs = null, long? totalSteps = null, double mean = 0.1, double lasts = 0.5, int climbs = 3) : DynamicsCheck(steps: 1)
{
    // A schedule that has not begun when training ends is followed so much longer, to see when it would have.
    private const long Beyond = 100_000;

    /// <summary>For how many epochs the setup is trained; null where that is not said.</summary>
    public int? Epochs { get; } = epochs is null or > 0 ? epochs : throw new ArgumentOutOfRangeException(nameof(epochs), epochs, "Training takes at least one epoch.");

    /// <summary>For how many steps it is trained; null where that is not said.</summary>
    public long? TotalSteps { get; } = totalSteps is null or > 0 ? totalSteps : throw new ArgumentOutOfRangeException(nameof(totalSteps), totalSteps, "Training takes at least one step.");

    /// <summary>The smallest mean of the rate from its peak on, over the peak.</summary>
    public double Mean { get; } = mean;

    /// <summary>The smallest part of training after which the rate may stay below 1 % of its peak.</summary>
    public double Lasts { get; } = lasts;

    /// <summary>How often the rate may climb back.</summary>
    public int Climbs { get; } = climbs;

    /// <inheritdoc/>
    public override Suite Suite => Suite.Preflight;

    /// <inheritdoc/>
    public override string Claim => "The schedule of the learning rate is as long as training.";

    /// <inheritdoc/>
    protected internal override Watch Begin(WatchedTraining training)
    {
        ArgumentNullException.ThrowIfNull(training);
        string? because = WhyNot(training.Schedulers);
        return new RateWatch(this, because, new(ScheduleRun.Names(training.Optimizers), training.Schedulers) { Total = training.TotalSteps ?? TotalSteps, Epochs = Epochs });
    }

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        if (trial.Setup.Scheduler is null) return Findings.NotApplicable("the setup has no Scheduler");
        if (WhyNot(trial.Schedulers) is { } because) return Findings.NotApplicable(because);
        int? length = TrainingLength.Epochs(trial.Setup, Epochs, TotalSteps);
        if (length is null && TotalSteps is null) return Findings.NotApplicable(TrainingLength.NotSaid(this));
        StepUsage? usage = trial.Setup.Step is null ? null : StepUsage.Of(trial);
        bool byEpoch = trial.Setup.ScheduledBy == ScheduleUnit.Epoch && usage?.SchedulerSteps is null or 0;
        long? perEpoch = byEpoch && length is not null || TotalSteps is not null && !byEpoch ? null : TrainingLength.StepsPerEpoch(trial, usage?.Batches ?? 1);
        long? total = byEpoch ? length ?? TrainingLength.Ceiling(TotalSteps!.Value, perEpoch) : TotalSteps ?? length * perEpoch;
        if (total is null) return Findings.NotApplicable($"the setup gives no Training, which says how many steps an epoch has; set Training = Examples.From(…), or give {(byEpoch ? "epochs" : "totalSteps")}");
        if (total < 2) return Findings.Inconclusive("a training in which the scheduler is stepped at least once");
        var run = new ScheduleRun(ScheduleRun.Names(trial.Optimizers), trial.Schedulers) { Unit = byEpoch ? "epoch" : "step", Total = total, Epochs = length };
        DryRun(trial, run, total.Value, Math.Max(1, usage?.SchedulerSteps ?? 1));
        return Of(run, finished: true, [.. NotesOn(trial, usage)], usage);
    }

    private static void DryRun(Trial trial, ScheduleRun run, long total, int times)
    {
        void Step()
        {
            trial.Cancellation.ThrowIfCancellationRequested();
            for (int i = 0; i < times; i++)
                foreach (LRScheduler scheduler in trial.Schedulers) scheduler.step();
        }

        for (long step = 1; step <= total; step++)
        {
            if (step > 1) Step();
            run.Add(LearningRates.Of(trial.Optimizers));
        }
        if (!run.IsConstant) return;
        IReadOnlyList<double> rates = LearningRates.Of(trial.Optimizers);
        for (long step = total + 1; step <= total + Math.Min(100 * total, Beyond); step++)
        {
            Step();
            if (rates.SequenceEqual(LearningRates.Of(trial.Optimizers))) continue;
            run.FirstChange = step;
            return;
        }
    }

    private static IEnumerable<string> NotesOn(Trial trial, StepUsage? usage)
    {
        if (usage is null) yield break;
        if (usage.SchedulerSteps == 0) yield return $"Step does not step the scheduler: the dry run does it once {(trial.Setup.ScheduledBy == ScheduleUnit.Epoch ? "an epoch" : "a step")}, as ScheduledBy says";
        if (usage.SchedulerFirst) yield return "Step steps the scheduler before the optimizer: its first rate is never used (TG8002)";
        if (usage.SchedulerSteps > 0 && trial.Setup.ScheduledBy == ScheduleUnit.Epoch) yield return "ScheduledBy is Epoch, and Step steps the scheduler: the dry run does as Step does";
    }

    private Findings Of(ScheduleRun run, bool finished, IReadOnlyList<string> notes, StepUsage? usage = null)
    {
        IReadOnlyList<Measurement> claims = usage?.StandsStill == true
            ? [new("steps that the scheduler goes forward when it is stepped", Bound.AtLeast(1), 0)]
            : run.Claims(finished, Mean, Lasts, Climbs);
        var findings = new Findings
        {
            Claims = claims,
            Controls = [new("rates that were read", Bound.AtLeast(2), run.Count)],
            Curves = [run.Curve],
            Notes = [.. notes, .. run.Notes(Climbs)],
        };
        if (claims.All(claim => claim.Holds)) return findings;
        return findings with
        {
            Causes = [usage?.StandsStill == true
                ? new("Step steps the scheduler twice to the same place: it is given the number of an epoch, scheduler.step(epoch), that does not count", "call scheduler.step() without an argument", "TG8004")
                : run.CauseOf(claims)],
        };
    }

    private static string? WhyNot(IReadOnlyList<LRScheduler> schedulers) => schedulers.Count == 0 ? "there is no scheduler"
        : schedulers.Any(scheduler => scheduler is impl.ReduceLROnPlateau) ? "ReduceLROnPlateau goes by a metric, which a dry run does not have"
        : null;

    private sealed class RateWatch(LearningRateLastsThrough check, string? because, ScheduleRun run) : Watch
    {
        public override Detail Wants => Detail.Loss;

        public override void See(StepSample sample) => run.Add(sample.LearningRates);

        public override Findings Findings(bool finished)
        {
            if (because is not null) return TrainingGuards.Findings.NotApplicable(because);
            if (!finished && (run.Total is null || run.Claims(finished, check.Mean, check.Lasts, check.Climbs).All(claim => claim.Holds))) return TrainingGuards.Findings.Inconclusive("training to its end");
            Findings found = check.Of(run, finished, []);
            bool whole = finished && run.Count >= (run.Total ?? 0);
            return whole ? found : found with { Needs = $"training to its end; there were {Numbers.Text(run.Count)} of {Numbers.Text(run.Total ?? run.Count)} steps" };
        }
    }
}

using TrainingGuards.Decoding;
using TrainingGuards.Monitoring;
using TrainingGuards.Reporting;

namespace TrainingGuards.Checks.Dynamics;

/// <summary>An epoch trains on all of its examples: neither the last, smaller batch nor a part of a batch nor what accumulation leaves over is dropped.</summary>
/// <remarks>
/// In the user's own loop the examples of all steps between one <see cref="TrainingMonitor.BeginEpoch"/> and the next against <see cref="MonitorOptions.ExamplesPerEpoch"/>. In a suite the batches of one epoch of
/// <c>Setup.Training</c> against its count; what a loop does with the rest of an accumulation is seen in the loop alone. Where the setup has a <c>Step</c> and a loss, the last and the first example of a batch must change it: with another in their place, the weights after it
/// are others. It cannot see which examples an epoch lacks. Cost: one pass over the data, no model; with a <c>Step</c> 5 S and 4 (F + B).
/// </remarks>
/// <param name="part">The smallest part of its examples that an epoch trains on.</param>
public sealed class StepsAreAccountedFor(double part = 0.95) : DynamicsCheck(steps: 1)
{
    /// <summary>The smallest part of its examples that an epoch trains on.</summary>
    public double Part { get; } = part is > 0 and <= 1 ? part : throw new ArgumentOutOfRangeException(nameof(part), part, "A part lies between 0 and 1.");

    /// <inheritdoc/>
    public override Suite Suite => Suite.Preflight;

    /// <inheritdoc/>
    public override string Claim => "An epoch trains on all of its examples.";

    /// <inheritdoc/>
    protected internal override Watch Begin(WatchedTraining training)
    {
        ArgumentNullException.ThrowIfNull(training);
        return new EpochWatch(this, training.ExamplesPerEpoch, training.TotalSteps);
    }

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        if (trial.Setup.Training is not { } training) return MissingSet.Of(nameof(Setup.Training));
        if (training.Count is not { } all) return Findings.NotApplicable("how many examples Training has is not known; make it of a DataLoader or of tensors, or tell TrainingMonitor with ExamplesPerEpoch");
        var epoch = new CountedEpoch("in an epoch of Training");
        foreach (Batch batch in trial.Epoch(training)) epoch.Add(batch.Size);
        Findings findings = Of([epoch], all, "batch");
        if (trial.Setup is not { Step: not null, Trains: true }) return findings;
        if (StepUsage.Of(trial).Batches is > 1 and var several && epoch.Steps % several is > 0 and var rest)
            findings = findings with { Notes = [.. findings.Notes, $"Step takes {Numbers.Text(several)} batches and an epoch has {Numbers.Text(epoch.Steps)}: the last {Numbers.Text(rest)} need a step of their own"] };
        return trial.Setup is { Loss: null, JointLoss: null, LossTerms: null } ? findings : WithParts(trial, findings);
    }

    // A batch of which the step takes a part is counted in full.
    private static Findings WithParts(Trial trial, Findings findings)
    {
        Batch batch = trial.Batch;
        if (batch.Size < 2) return findings;
        UnusedExamples[] sides = [.. UnusedExamples.Of(trial, batch).Where(side => side.Influence > 0)];
        if (sides.Length == 0) return findings;
        var claim = new Measurement("parameters that a step changes otherwise with another example in the place of one of its batch", Bound.AtLeast(1), [.. sides.Select(side => new Reading(side.IsLeftOut ? 0 : Math.Max(1, side.Changed), $"of the {side.Side}"))]);
        findings = findings with { Claims = [.. findings.Claims, claim] };
        if (Array.Find(sides, side => side.IsLeftOut) is not { } left) return findings;
        (Cause cause, Place where) = left.Explain(trial, batch);
        return findings with { Causes = [.. findings.Causes, cause], Where = where };
    }

    private Findings Of(IReadOnlyList<CountedEpoch> epochs, long all, string unit)
    {
        var claim = new Measurement("part of its examples that an epoch trains on", Bound.AtLeast(Part), [.. epochs.Select(epoch => new Reading((double)epoch.Examples / all, epoch.Name))]);
        var findings = new Findings
        {
            Claims = [claim],
            Controls = [new("examples that were counted", Bound.AtLeast(1), epochs.Max(epoch => epoch.Examples))],
            Notes = [.. Notes(epochs, all, unit)],
        };
        return claim.Holds ? findings : findings with { Causes = [epochs.MinBy(epoch => epoch.Examples)!.CauseOf(all, unit)] };
    }

    private IEnumerable<string> Notes(IReadOnlyList<CountedEpoch> epochs, long all, string unit)
    {
        CountedEpoch least = epochs.MinBy(epoch => epoch.Examples)!, most = epochs.MaxBy(epoch => epoch.Examples)!;
        if (least.Examples < all && least.Examples >= Part * all) yield return $"{least.MissingText(all, unit)} {least.Name}";
        if (most.Examples > all) yield return $"{Numbers.Text(most.Examples)} examples were trained on {most.Name}, of {Numbers.Text(all)}: some more than once";
    }

    private sealed class EpochWatch(StepsAreAccountedFor check, long? all, long? total) : Watch
    {
        // Of more epochs the first and those that lack something tell.
        private const int Most = 100;

        private readonly List<CountedEpoch> _over = [];
        private CountedEpoch? _now;
        private int _epoch;
        private long _steps;
        private bool _untold;

        public override Detail Wants => Detail.Loss;

        public override void See(StepSample sample)
        {
            _steps++;
            if (sample.Epoch == 0) return;
            if (sample.Epoch != _epoch)
            {
                End();
                (_epoch, _now) = (sample.Epoch, new($"in epoch {Numbers.Text(sample.Epoch)}"));
            }
            _untold |= sample.Examples == 0;
            _now!.Add(sample.Examples);
        }

        public override Findings Findings(bool finished)
        {
            if (all is not { } examples) return TrainingGuards.Findings.NotApplicable("how many examples an epoch has is not known; set MonitorOptions.ExamplesPerEpoch");
            if (_steps > 0 && _epoch == 0) return TrainingGuards.Findings.NotApplicable("where an epoch begins is not told; call monitor.BeginEpoch()");
            if (_untold) return TrainingGuards.Findings.NotApplicable("how many examples a step is made on is not told; call monitor.Step(loss, examples: …)");
            // The last epoch is over where the next begins, or where training does not go on.
            List<CountedEpoch> epochs = finished && _steps >= total && _now is not null ? [.. _over, _now] : _over;
            return epochs.Count > 0 ? check.Of(epochs, examples, "step") : TrainingGuards.Findings.Inconclusive("an epoch that is over: the next one begins, or TotalSteps are made");
        }

        private void End()
        {
            if (_now is not { } over) return;
            if (_over.Count < Most) _over.Add(over);
            else if (over.Examples < _over.Min(epoch => epoch.Examples)) _over[^1] = over;
        }
    }
}

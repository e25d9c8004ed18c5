using TrainingGuards.Decoding;
using TrainingGuards.Monitoring;
using TrainingGuards.Reporting;
using Optimizer = TorchSharp.torch.optim.Optimizer;

namespace TrainingGuards.Checks.Dynamics;

/// <summary>Clipping is for the rare step: not nearly every one is cut to a small part of its gradient.</summary>
/// <remarks>
/// In the user's own loop by the norms that <c>clip_grad_norm_</c> returns. In a suite the norms that the optimizer's update begins with: a limit is what several of them are equal to; what they were before is computed
/// again from the setup's loss. Optimizers that divide by the gradient's own size, Adam among them, make up for a limit that always cuts: there it is broken only where it cuts most numbers of the gradient from above their ε to below. It cannot see clipping by value, nor of each
/// parameter by itself. Cost: <c>steps</c> S, and 1 F and 1 B for each of them after the warm-up.
/// </remarks>
/// <param name="steps">How many training steps are made where the check is put to a setup.</param>
/// <param name="warmUpSteps">How many steps are passed over first: early gradients are large.</param>
/// <param name="below">The largest part of the steps that may be cut hard.</param>
/// <param name="kept">A step is cut hard where less than this part of its gradient is left.</param>
public sealed class ClippingIsRare(int steps = 50, int warmUpSteps = 20, double below = 0.9, double kept = 0.1) : DynamicsCheck(steps)
{
    // Fewer steps than these say little of a share of nine tenths.
    private const int Enough = 30;
    private const double Most = 0.5;

    /// <summary>How many steps are passed over first.</summary>
    public int WarmUpSteps { get; } = warmUpSteps >= 0 ? warmUpSteps : throw new ArgumentOutOfRangeException(nameof(warmUpSteps), warmUpSteps, "Not fewer than none.");

    /// <summary>The largest part of the steps that may be cut hard.</summary>
    public double Below { get; } = below;

    /// <summary>A step is cut hard where less than this part of its gradient is left.</summary>
    public double Kept { get; } = kept is > 0 and <= 1 ? kept : throw new ArgumentOutOfRangeException(nameof(kept), kept, "A part lies between 0 and 1.");

    /// <inheritdoc/>
    public override string Claim => "Clipping is for the rare step, and leaves most of them most of their gradient.";

    /// <inheritdoc/>
    protected internal override Watch Begin(WatchedTraining training)
    {
        ArgumentNullException.ThrowIfNull(training);
        return new NormWatch(this, training, training.Model.parameters().Where(parameter => parameter.requires_grad).Sum(parameter => parameter.numel()));
    }

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        if (trial.Setup.Step is null) return Findings.NotApplicable("the setup has no Step of its own, and the default one does not clip; set Step = step => … where training clips");
        if (trial.Setup is { Loss: null, JointLoss: null, LossTerms: null }) return Findings.NotApplicable("the setup has no Loss, from which gradients before clipping are computed; set Loss = (output, target) => …");
        if (Steps < WarmUpSteps + Enough) return Findings.Inconclusive($"at least {Numbers.Text(WarmUpSteps + Enough)} steps; there were {Numbers.Text(Steps)}");
        ClippingProbe probe = ClippingProbe.Of(trial, Steps, WarmUpSteps);
        if (probe.Norms.All(norm => !double.IsFinite(norm.AtUpdate))) return Findings.Inconclusive("finite gradients at the update");
        if (probe.Limit is not { } limit) return Findings.NotApplicable($"the gradients of {Numbers.Text(probe.Norms.Count)} steps begin their update with norms that all differ: nothing clips them to one");
        var clipped = new ClippedSteps(Kept);
        // Large gradients at the beginning may be all that is clipped: they show the limit, and are not counted.
        foreach ((double before, double atUpdate) in probe.Norms.Skip(WarmUpSteps)) clipped.Add(ClippingProbe.IsAt(limit, atUpdate) ? Math.Max(before, limit * (1 + 1e-9)) : Math.Min(before, limit), limit);
        // Of a step that was cut: below ε is what lay above it before.
        (double Before, double AtUpdate)[] small = [.. probe.Norms.Zip(probe.Small).Skip(WarmUpSteps).Where(step => double.IsFinite(step.First.Before)).Select(step => ClippingProbe.IsAt(limit, step.First.AtUpdate) ? step.Second : default)];
        return Of(clipped, limit, trial.Optimizers, small.Length == 0 ? 0 : small.Count(one => one.AtUpdate > Most && one.Before <= Most) / (double)small.Length);
    }

    private Findings Of(ClippedSteps steps, double limit, IReadOnlyList<Optimizer> optimizers, double belowEpsilon)
    {
        if (steps.Count < Enough) return Findings.Inconclusive($"at least {Numbers.Text(Enough)} steps after the first {Numbers.Text(WarmUpSteps)} with a finite norm; there were {Numbers.Text(steps.Count)}");
        bool divides = optimizers.All(DivisorFloor.Divides);
        string names = Words.List([.. optimizers.Select(optimizer => optimizer.GetType().Name).Distinct()]), epsilon = Numbers.Text(DivisorFloor.Of(optimizers));
        var findings = new Findings
        {
            Claims =
            [
                divides
                    ? new($"part of the steps that clipping cuts to below {names}'s ε", Bound.AtMost(Below).Meaning($"{names} divides by the gradient's size, and makes up for it above its ε of {epsilon}"), belowEpsilon)
                    : new($"part of the steps that clipping cuts to less than {Numbers.Text(Kept)} of their gradient", Bound.AtMost(Below), steps.Hard),
            ],
            Controls = [new("norm that gradients are clipped to", Bound.MoreThan(0), limit)],
            Curves = [steps.Curve],
        };
        return findings.Claims[0].Holds ? findings with { Notes = [steps.Text] } : findings with
        {
            Causes = [divides
                ? new($"{steps.Text}: most of what is left of the gradient is smaller than the {epsilon} that {names} adds before it divides by it, so that updates shrink", $"raise the limit to about {Numbers.Text(steps.Better)}")
                : new($"{steps.Text}: every step has the length of the limit, whatever the gradient is", $"raise the limit to about {Numbers.Text(steps.Better)}, and the rate as much lower as that makes steps longer")],
        };
    }

    private sealed class NormWatch(ClippingIsRare check, WatchedTraining training, long numbers) : Watch
    {
        // What the beginning of a long training does is not yet what it does.
        private const double Early = 0.2;
        private const int EarlySteps = 1000;

        private readonly ClippedSteps _clipped = new(check.Kept);
        private readonly double _warmUp = Math.Max(check.WarmUpSteps, 0.05 * (training.TotalSteps ?? 0));
        private bool _told;

        public override Detail Wants => Detail.Loss;

        public override void See(StepSample sample)
        {
            if (sample.NormBeforeClipping is not { } norm) return;
            _told = true;
            if (sample.Step > _warmUp && training.ClippingNorm is { } limit) _clipped.Add(norm, limit);
        }

        public override Findings Findings(bool finished)
        {
            if (training.ClippingNorm is not { } limit) return TrainingGuards.Findings.NotApplicable("what gradients are clipped to is not known; set MonitorOptions.ClippingNorm where they are");
            if (finished && !_told) return TrainingGuards.Findings.NotApplicable("the norms before clipping are not told; give what clip_grad_norm_ returns: monitor.Step(loss, normBeforeClipping: norm)");
            bool early = _clipped.Count < (training.TotalSteps is { } total ? Early * total : EarlySteps);
            return !finished && early ? TrainingGuards.Findings.Inconclusive("more of the training") : check.Of(_clipped, limit, training.Optimizers, limit / Math.Sqrt(numbers) > DivisorFloor.Of(training.Optimizers) ? 0 : _clipped.Hard);
        }
    }
}

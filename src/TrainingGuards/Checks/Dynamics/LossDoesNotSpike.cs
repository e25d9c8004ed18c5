using TrainingGuards.Monitoring;
using TrainingGuards.Reporting;

namespace TrainingGuards.Checks.Dynamics;

/// <summary>The loss does not leap up and stay up: the median of 9 steps is at most twice that of the 50 before.</summary>
/// <remarks>
/// A rise counts where it is more than noise: by more than 8 median absolute deviations of the 50 losses, and by more than 5 % of the first losses, so that neither one
/// batch of outliers nor a loss near zero alarms. It cannot see a leap within the first 50 steps, nor tell a leap of the model from one of the data. Cost: <c>steps</c> S.
/// </remarks>
/// <param name="steps">How many training steps are watched where the check is put to a setup.</param>
/// <param name="factor">The largest rise that is allowed, as a factor above 1.</param>
public sealed class LossDoesNotSpike(int steps = 100, double factor = 2) : DynamicsCheck(steps)
{
    /// <summary>The largest rise that is allowed, as a factor.</summary>
    public double Factor { get; } = factor > 1 ? factor : throw new ArgumentOutOfRangeException(nameof(factor), factor, "A rise is a factor above 1.");

    /// <inheritdoc/>
    public override string Claim => "The loss does not leap up and stay up.";

    /// <inheritdoc/>
    protected internal override Watch Begin(WatchedTraining training) => new LeapWatch(Factor);

    private sealed class LeapWatch(double factor) : Watch
    {
        private readonly LossWindow _window = new();
        private double _rise = 1;
        private (long Step, double From, double To) _at;

        public override Detail Wants => Detail.Loss;

        public override void See(StepSample sample)
        {
            _window.Add(sample.Loss);
            if (_window.Rise() is not { } rise || !(rise.Factor > _rise)) return;
            _rise = rise.Factor;
            _at = (sample.Step, rise.From, rise.To);
        }

        public override Findings Findings(bool finished)
        {
            if (!_window.IsFull) return TrainingGuards.Findings.Inconclusive($"at least {Numbers.Text(LossWindow.Enough)} steps with a finite loss; there were {Numbers.Text(_window.Count)}");
            var findings = new Findings
            {
                Claims = [new("largest rise of the loss beyond its noise", Bound.AtMost(factor).Meaning("the median of 9 steps over that of the 50 before"), _rise, _rise > 1 ? $"at step {Numbers.Text(_at.Step)}" : "")],
                Controls = [new("spread of the loss", Bound.MoreThan(0), _window.Spread)],
            };
            // Asked after every step: what is drawn is copied for who reads it.
            if (findings.Claims[0].Holds) return finished ? findings with { Curves = [new("loss", _window.History, _window.HistoryUnit)] } : findings;
            return findings with
            {
                Curves = [new("loss", _window.History, _window.HistoryUnit)],
                Causes = [new($"the loss rose from {Numbers.Text(_at.From)} to {Numbers.Text(_at.To)} by step {Numbers.Text(_at.Step)}", "lower the learning rate or warm it up, clip gradients by their norm, and look at the examples of that step", "TG8006")],
            };
        }
    }
}

using TrainingGuards.Monitoring;
using TrainingGuards.Reporting;

namespace TrainingGuards.Checks.Dynamics;

/// <summary>Training ends when there is little more to gain: neither while the loss still falls by much, nor long after validation was best.</summary>
/// <remarks>
/// The loss: a straight line through the last quarter, whose fall is to be noise (|z| &lt; 5) or at most <c>part</c> of the whole fall. Where the learning rate has been taken down, the schedule ended
/// training, and the loss says nothing. Validation: what <see cref="TrainingMonitor.Validated"/> was told. It cannot see what another rate or another seed would reach. Cost: <c>steps</c> S.
/// </remarks>
/// <param name="steps">How many steps training takes where the check is put to a setup: as many as the program makes.</param>
/// <param name="part">The largest part of the whole fall of the loss that its last quarter may make.</param>
/// <param name="patience">How many evaluations after the best one validation may become worse.</param>
public sealed class TrainingIsFinished(int steps = 400, double part = 0.1, int patience = 10) : DynamicsCheck(steps)
{
    /// <summary>The largest part of the whole fall of the loss that its last quarter may make.</summary>
    public double Part { get; } = part > 0 ? part : throw new ArgumentOutOfRangeException(nameof(part), part, "A part is above 0; 0.1 is a tenth.");

    /// <summary>How many evaluations after the best one validation may become worse.</summary>
    public int Patience { get; } = patience > 2 ? patience : throw new ArgumentOutOfRangeException(nameof(patience), patience, "A trend takes at least 3 evaluations.");

    /// <inheritdoc/>
    public override Suite Suite => Suite.Deep;

    /// <inheritdoc/>
    public override string Claim => "Training ends when there is little more to gain.";

    /// <inheritdoc/>
    protected internal override Watch Begin(WatchedTraining training)
    {
        ArgumentNullException.ThrowIfNull(training);
        return new EndWatch(this, training.TotalSteps);
    }

    private sealed class EndWatch(TrainingIsFinished check, long? total) : Watch
    {
        // A quarter of these is 20 losses.
        private const int Enough = 80;
        private const double Deviations = 5;

        // A rate taken down further than this leaves the loss little to fall by.
        private const double TakenDown = 0.2;

        private readonly Series _losses = new();
        private readonly RateProfile _rate = new();
        private readonly ValidationWatch _validation = new(check.Patience);
        private long _steps;

        public override Detail Wants => Detail.Loss;

        public override void See(StepSample sample)
        {
            _steps++;
            if (double.IsFinite(sample.Loss)) _losses.Add(sample.Loss);
            if (sample.LearningRates.Count > 0) _rate.Add(sample.LearningRates.Max());
        }

        public override void SeeValidation(ValidationSample sample) => _validation.Add(sample);

        public override Findings Findings(bool finished)
        {
            Measurement validation = new("what validation has lost since its best, over what it had gained", Bound.AtMost(check.Part), _validation.Rise);
            if (!validation.Holds) return new() { Claims = [validation], Causes = [_validation.Cause], Curves = [_validation.Curve] };
            if (!finished) return TrainingGuards.Findings.Inconclusive("training to its end");
            if (_steps < (total ?? 0)) return TrainingGuards.Findings.Inconclusive($"training to its end; there were {Numbers.Text(_steps)} of {Numbers.Text(total!.Value)} steps");
            bool takenDown = _rate.Last < TakenDown * _rate.Peak;
            if (takenDown && _validation.Count <= check.Patience)
                return TrainingGuards.Findings.NotApplicable($"the learning rate ends at {Numbers.Text(_rate.Last / _rate.Peak)} of its peak: its schedule ends training, and the monitor was told of {Numbers.Text(_validation.Count)} evaluations (monitor.Validated)");
            IReadOnlyList<double> losses = _losses.Values;
            if (losses.Count < Enough) return TrainingGuards.Findings.Inconclusive($"at least {Numbers.Text(Enough)} steps with a finite loss; there were {Numbers.Text(losses.Count)}");
            double[] quarter = [.. losses.Skip(losses.Count * 3 / 4)];
            Trend end = Trend.Of(quarter);
            double begun = losses.Take(Math.Max(3, losses.Count / 50)).Average(), fall = begun - end.To;
            // What falls to the end falls in the last eighth as well.
            bool falls = !takenDown && end.Deviations <= -Deviations && Trend.Of([.. quarter.Skip(quarter.Length / 2)]).Slope < 0;
            double last = falls ? (end.From - end.To) / fall : 0;
            var findings = new Findings
            {
                Claims = [new("part of the loss's whole fall that its last quarter makes", Bound.AtMost(check.Part), last), .. _validation.Count > 0 ? [validation] : Array.Empty<Measurement>()],
                Controls = [new("fall of the loss", Bound.MoreThan(0), fall)],
                Curves = [new("loss", losses), .. _validation.Count > 0 ? [_validation.Curve] : Array.Empty<Curve>()],
                Notes = takenDown ? [$"the learning rate ends at {Numbers.Text(_rate.Last / _rate.Peak)} of its peak: the end of the loss is not judged"] : [],
            };
            return findings.Claims[0].Holds ? findings : findings with
            {
                Causes = [new(
                    $"the loss falls from {Numbers.Text(end.From)} to {Numbers.Text(end.To)} in the last quarter of {Numbers.Text(_steps)} steps, {Numbers.Text(100 * last)} % of its whole fall ({Numbers.Text(-end.Deviations)} standard errors)",
                    $"let it train, {Numbers.Text(2 * _steps)} steps for a beginning, or raise the learning rate")],
            };
        }
    }
}

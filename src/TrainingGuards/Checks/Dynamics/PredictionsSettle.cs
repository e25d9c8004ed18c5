using TrainingGuards.Decoding;
using TrainingGuards.Monitoring;
using TrainingGuards.Reporting;

namespace TrainingGuards.Checks.Dynamics;

/// <summary>Predictions for the same examples settle as training goes on, and are not the same for all of them.</summary>
/// <remarks>
/// Over the last 10 looks at up to 64 examples: the median change from look to look is at most 0.7 of what unrelated predictions would make, 1 − κ of classes (Cohen 1960) and 1 − ρ of numbers (Lin 1989); in some look not all are of one class, where that is wrong for
/// a third of them; numbers differ among examples by 1 % of what targets do. Judged after a fifth of training, or 1,000 steps. It cannot see whether what they settle on is right. Cost: <c>steps</c> S, <c>steps</c> / 5 + 1 F.
/// </remarks>
/// <param name="steps">How many training steps are watched where the check is put to a setup.</param>
/// <param name="change">The largest change from look to look that is allowed, over that of unrelated predictions.</param>
/// <param name="wrong">One class for all is allowed where it is wrong for less than this part of the examples.</param>
/// <param name="spread">The smallest spread of predicted numbers over the examples that is allowed, over that of the targets.</param>
public sealed class PredictionsSettle(int steps = 100, double change = 0.7, double wrong = 1.0 / 3, double spread = 0.01) : DynamicsCheck(steps)
{
    /// <summary>The largest change from look to look that is allowed, over that of unrelated predictions.</summary>
    public double Change { get; } = change is > 0 and < 1 ? change : throw new ArgumentOutOfRangeException(nameof(change), change, "Unrelated predictions change by 1: the limit lies between 0 and 1.");

    /// <summary>One class for all is allowed where it is wrong for less than this part of the examples.</summary>
    public double Wrong { get; } = wrong is > 0 and < 1 ? wrong : throw new ArgumentOutOfRangeException(nameof(wrong), wrong, "A part lies between 0 and 1.");

    /// <summary>The smallest spread of predicted numbers over the examples that is allowed, over that of the targets.</summary>
    public double Spread { get; } = spread is > 0 and < 1 ? spread : throw new ArgumentOutOfRangeException(nameof(spread), spread, "A ratio to the targets' spread lies between 0 and 1.");

    /// <inheritdoc/>
    public override string Claim => "Predictions for the same examples settle, and not on one answer for all.";

    /// <inheritdoc/>
    protected internal override Watch Begin(WatchedTraining training)
    {
        ArgumentNullException.ThrowIfNull(training);
        return new PredictionWatch(this, training);
    }

    private sealed class PredictionWatch(PredictionsSettle check, WatchedTraining training) : Watch
    {
        // What predictions do at the beginning of a long training is not yet what they do.
        private const double Early = 0.2;
        private const int EarlySteps = 1000;

        private readonly Dictionary<string, PredictionHistory> _outputs = new(StringComparer.Ordinal);
        private long _looks, _steps;
        private double _rate;

        public override Detail Wants => training.HasFixedExamples ? Detail.Predictions : Detail.Loss;

        public override void See(StepSample sample)
        {
            _steps = sample.Step;
            if (sample.Predictions is null) return;
            _looks++;
            _rate = sample.LearningRates.DefaultIfEmpty(double.NaN).Max();
            foreach (PredictionSample output in sample.Predictions)
            {
                if (!_outputs.TryGetValue(output.Output, out PredictionHistory? history)) _outputs[output.Output] = history = new();
                history.Add(output);
            }
        }

        public override Findings Findings(bool finished)
        {
            if (!training.HasFixedExamples) return TrainingGuards.Findings.NotApplicable("no examples stay the same; set MonitorOptions.FixedInputs, and FixedTargets, to some of them");
            if (_looks > 0 && _outputs.Count == 0) return TrainingGuards.Findings.NotApplicable("no output of the model has a row of numbers for each example");
            bool early = training.TotalSteps is { } total ? _steps < Early * total : _steps < EarlySteps && !finished;
            PredictionHistory[] judged = [.. _outputs.Values.Where(output => output.Looks >= PredictionHistory.Enough)];
            if (early || judged.Length == 0)
                return TrainingGuards.Findings.Inconclusive(early ? "more of the training" : $"at least {Numbers.Text(PredictionHistory.Enough)} looks at finite predictions; there were {Numbers.Text(_outputs.Values.Select(output => output.Looks).DefaultIfEmpty(0).Max())}");
            PredictionHistory[] told = [.. judged.Where(output => output.Kind != PredictionKind.Numbers && !output.IsOfOneClass)], numbers = [.. judged.Where(output => output.Kind == PredictionKind.Numbers && output.HasTargets)];
            var findings = new Findings
            {
                Claims =
                [
                    new("change of predictions from look to look", Bound.AtMost(check.Change).Meaning("1 is that of unrelated ones"), [.. judged.Select(output => new Reading(output.Change, $"in {output.Name}"))]),
                    .. told.Length == 0 ? Array.Empty<Measurement>() : [new("examples that one class for all is wrong for", Bound.AtMost(check.Wrong).Meaning($"in all of the last {Numbers.Text(PredictionHistory.Enough)} looks"), [.. told.Select(output => new Reading(output.WrongForAll, $"in {output.Name}"))])],
                    .. numbers.Length == 0 ? Array.Empty<Measurement>() : [new("spread of predictions over that of targets", Bound.AtLeast(check.Spread), [.. numbers.Select(output => new Reading(output.Spread, $"in {output.Name}"))])],
                ],
            };
            bool holds = findings.Claims.All(claim => claim.Holds);
            // Asked after every look: what is drawn is copied for who reads it.
            if (holds && !finished) return findings;
            findings = findings with { Curves = [.. judged.SelectMany(output => output.Curves)], Bars = [.. judged.SelectMany(output => output.Bars)], Notes = holds ? [.. judged.SelectMany(output => output.Notes)] : [] };
            return holds ? findings : findings with { Causes = [.. judged.SelectMany(output => PredictionCauses.Of(output, check.Change, check.Wrong, check.Spread, _rate))] };
        }
    }
}

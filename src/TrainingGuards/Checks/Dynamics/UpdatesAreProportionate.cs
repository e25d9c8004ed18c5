using TrainingGuards.Exhibits;
using TrainingGuards.Monitoring;
using TrainingGuards.Reporting;

namespace TrainingGuards.Checks.Dynamics;

/// <summary>A step changes each weight matrix by a small part of itself: std(Δw)/std(w) is at least 1e-7 in the median over the steps that are looked into, and at most 0.3 in that of any three in a row.</summary>
/// <remarks>
/// About 1e-3 is what trains well (Karpathy, CS231n: "the ratio of updates to weights should be roughly 1e-3"); outside these bounds nothing is learnt, or what was learnt is overwritten. Only tensors of two
/// dimensions and more, of more than one number: biases and gains begin at constants. A matrix that begins at zero is left out until it has grown. It cannot see whether the direction is right. Cost: <c>steps</c> S.
/// </remarks>
/// <param name="steps">How many training steps are watched where the check is put to a setup.</param>
/// <param name="above">The smallest ratio that is allowed.</param>
/// <param name="below">The largest ratio that is allowed.</param>
public sealed class UpdatesAreProportionate(int steps = 30, double above = 1e-7, double below = 0.3) : DynamicsCheck(steps)
{
    private const double Usual = 1e-3;

    /// <summary>The smallest ratio that is allowed.</summary>
    public double Above { get; } = above;

    /// <summary>The largest ratio that is allowed.</summary>
    public double Below { get; } = below > above ? below : throw new ArgumentOutOfRangeException(nameof(below), below, "The largest ratio lies above the smallest.");

    /// <inheritdoc/>
    public override string Claim => "A step changes each weight matrix by a small part of itself.";

    /// <inheritdoc/>
    protected internal override Watch Begin(WatchedTraining training) => new RatioWatch(Above, Below);

    private sealed class RatioWatch(double above, double below) : Watch
    {
        // Fewer looks than these, and a first step or a warm-up decides.
        private const int Looks = 5;
        private const int InARow = 3;

        // A matrix that began at zero, or nearly, is all update at first: so many looks of it are passed over.
        private const int Youth = 10;
        private const double Nearly = 1e-3;

        private readonly Dictionary<string, MedianOfMany> _ratios = new(StringComparer.Ordinal);
        private readonly Dictionary<string, HighestMedian> _highest = new(StringComparer.Ordinal);
        private readonly Dictionary<string, (double Std, int Looks)> _begun = new(StringComparer.Ordinal);
        private readonly CountedLooks _looks = new("std(Δw)/std(w)", 1e-12, 1e3);
        private double _rate;

        public override Detail Wants => Detail.Parameters;

        public override void See(StepSample sample)
        {
            if (sample.Parameters is null) return;
            _rate = sample.LearningRates.DefaultIfEmpty(double.NaN).Max();
            foreach (ParameterSample one in sample.Parameters)
            {
                if (one.Dimensions < 2 || !double.IsFinite(one.WeightStd) || IsYoung(one) || !double.IsFinite(one.UpdateStd) || !(one.WeightStd > 0)) continue;
                if (!_ratios.TryGetValue(one.Name, out MedianOfMany? ratios)) _ratios[one.Name] = ratios = new();
                ratios.Add(one.UpdateStd / one.WeightStd);
                _looks.Add(one.Name, one.UpdateStd / one.WeightStd);
                if (!_highest.TryGetValue(one.Name, out HighestMedian? highest)) _highest[one.Name] = highest = new(InARow);
                highest.Add(one.UpdateStd / one.WeightStd);
            }
        }

        public override Findings Findings(bool finished)
        {
            (string Name, double Ratio)[] read = [.. _ratios.Where(one => one.Value.Count >= Looks).Select(one => (one.Key, Ratio: Judged(one.Key, one.Value.Median)))];
            if (read.Length == 0) return TrainingGuards.Findings.Inconclusive($"at least {Numbers.Text(Looks + 1)} steps that are looked into, and a weight matrix that is trained");
            var findings = new Findings
            {
                Claims = [new("std(Δw)/std(w)", Bound.Between(above, below), [.. read.Select(one => new Reading(one.Ratio, $"in {one.Name}"))])],
                Notes = [.. Outliers(read)],
                Histograms = _looks.Pictures(new("usual", Usual), new("the most", below)),
            };
            return findings.Claims[0].Holds ? findings : findings with { Causes = [Cause(findings.Claims[0].Worst, read)] };
        }

        // Weights soon grow to what overwrites them, and the ratio falls again: what is too large is seen where it is largest.
        private double Judged(string name, double median) => _highest[name].Value > below ? _highest[name].Value : median;

        private bool IsYoung(ParameterSample one)
        {
            (double std, int looks) = _begun.GetValueOrDefault(one.Name, (one.WeightStd, 0));
            _begun[one.Name] = (std, looks + 1);
            return looks < Youth && std <= Nearly * one.WeightStd;
        }

        private Cause Cause(Reading worst, (string Name, double Ratio)[] read)
        {
            bool all = read.All(one => (one.Ratio > below) == (worst.Value > below) && (one.Ratio > below || one.Ratio < above));
            string which = all ? "every weight matrix" : worst.Culprit["in ".Length..];
            string evidence = $"a step changes {which} by {Numbers.Text(worst.Value)} of its size at a learning rate of {Numbers.Text(_rate)}; {Numbers.Text(Usual)} is usual";
            return worst.Value > below
                ? new(evidence, $"divide the learning rate by about {Numbers.Text(Math.Pow(10, Math.Round(Math.Log10(worst.Value / Usual))))}, or warm it up", "TG8006")
                : worst.Value > 0
                    ? new(evidence, all ? "raise the learning rate; look for a loss that is divided too often, and for clipping to a tiny norm" : $"look at the gradient of {which}: it is small or cut, or its group has another rate", "TG8006")
                    : new($"{which} does not change", "EveryParameterLearns says why");
        }

        private static IEnumerable<string> Outliers((string Name, double Ratio)[] read)
        {
            double median = SampleMedian.Of(read.Select(one => one.Ratio));
            return read.Where(one => one.Ratio > 100 * median || one.Ratio < median / 100)
                .Select(one => $"{one.Name} changes by {Numbers.Text(one.Ratio)} of its size a step, the others by {Numbers.Text(median)} in the median");
        }
    }
}

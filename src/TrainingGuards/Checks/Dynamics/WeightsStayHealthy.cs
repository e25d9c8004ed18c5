using TrainingGuards.Exhibits;
using TrainingGuards.Monitoring;
using TrainingGuards.Reporting;

namespace TrainingGuards.Checks.Dynamics;

/// <summary>Weights neither grow without bound nor collapse to zero, and what decays them is not stronger than what they learn from.</summary>
/// <remarks>
/// The root mean square of each weight matrix stays between 1/100 and 100 times what it was first, the largest bias below 1000. Where the loss is still more than half of what it was, the gradient of a <c>weight_decay</c> that is added to the gradient is at most twice
/// that of the loss in the median of any 5 looks in a row. A matrix that begins at zero is judged once it has grown. It does not know the gradient of a <c>Setup.Penalty</c> apart, nor single units. Cost: <c>steps</c> S.
/// </remarks>
/// <param name="steps">How many training steps are watched where the check is put to a setup.</param>
/// <param name="growth">The largest factor by which a matrix may grow, and shrink.</param>
/// <param name="largestBias">The largest size of a bias that is allowed.</param>
/// <param name="decayOverGradient">The largest ratio of the gradient of weight decay to that of the loss that is allowed.</param>
public sealed class WeightsStayHealthy(int steps = 30, double growth = 100, double largestBias = 1000, double decayOverGradient = 2) : DynamicsCheck(steps)
{
    /// <summary>The largest factor by which a matrix may grow, and shrink.</summary>
    public double Growth { get; } = growth > 1 ? growth : throw new ArgumentOutOfRangeException(nameof(growth), growth, "Growth is a factor above 1.");

    /// <summary>The largest size of a bias that is allowed.</summary>
    public double LargestBias { get; } = largestBias > 0 ? largestBias : throw new ArgumentOutOfRangeException(nameof(largestBias), largestBias, "A size lies above 0.");

    /// <summary>The largest ratio of the gradient of weight decay to that of the loss that is allowed.</summary>
    public double DecayOverGradient { get; } = decayOverGradient > 0 ? decayOverGradient : throw new ArgumentOutOfRangeException(nameof(decayOverGradient), decayOverGradient, "A ratio lies above 0.");

    /// <inheritdoc/>
    public override string Claim => "Weights neither grow without bound nor collapse, and decay does not drown what they learn.";

    /// <inheritdoc/>
    protected internal override Watch Begin(WatchedTraining training) => new WeightWatch(training, Growth, LargestBias, DecayOverGradient);

    private sealed class WeightWatch(WatchedTraining training, double growth, double largestBias, double decayOverGradient) : Watch
    {
        private const int Looks = 10, InARow = 5;

        // A matrix that began at zero is what it is after so many looks.
        private const double Nearly = 1e-3;

        private readonly IReadOnlyDictionary<string, WeightDecay> _decays = WeightDecay.Of(training);
        private readonly Dictionary<string, (double First, double Now, int Looks)> _sizes = new(StringComparer.Ordinal);
        private readonly Dictionary<string, double> _biases = new(StringComparer.Ordinal);
        private readonly Dictionary<string, HighestMedian> _decay = new(StringComparer.Ordinal);
        private readonly List<double> _firstLosses = [];
        private readonly Queue<double> _lastLosses = new();
        private readonly Series _rms = new();
        private readonly CountedLooks _growth = new("weight rms over the first", 1e-3, 1e3);
        private double _rate;
        private int _looks;

        public override Detail Wants => Detail.Parameters;

        public override void See(StepSample sample)
        {
            if (double.IsFinite(sample.Loss))
            {
                if (_firstLosses.Count < InARow) _firstLosses.Add(sample.Loss);
                _lastLosses.Enqueue(sample.Loss);
                if (_lastLosses.Count > InARow) _lastLosses.Dequeue();
            }
            if (sample.Parameters is not { Count: > 0 } parameters || parameters.Any(one => !one.WeightIsFinite)) return;
            _looks++;
            _rate = sample.LearningRates.DefaultIfEmpty(double.NaN).Max();
            _rms.Add(Math.Sqrt(parameters.Sum(one => one.WeightRms * one.WeightRms * one.Count) / parameters.Sum(one => one.Count)));
            foreach (ParameterSample one in parameters)
            {
                if (one.Dimensions < 2)
                {
                    _biases[one.Name] = Math.Max(_biases.GetValueOrDefault(one.Name), one.LargestWeight);
                    continue;
                }
                (double first, _, int looks) = _sizes.GetValueOrDefault(one.Name, (one.WeightRms, 0, 0));
                if (looks < Looks && first <= Nearly * one.WeightRms) first = one.WeightRms;
                _sizes[one.Name] = (first, one.WeightRms, looks + 1);
                if (first > 0) _growth.Add(one.Name, one.WeightRms / first);
                if (!_decays.TryGetValue(one.Name, out WeightDecay? decay) || !decay.IsInGradient || !(one.GradientRms > 0) || !IsUnlearnt) continue;
                if (!_decay.TryGetValue(one.Name, out HighestMedian? ratios)) _decay[one.Name] = ratios = new(InARow);
                ratios.Add(decay.Strength * one.WeightRms / one.GradientRms);
            }
        }

        // Where a loss has been brought down its gradient is small by right, and that of decay is not.
        private bool IsUnlearnt => SampleMedian.Of(_lastLosses) > 0.5 * SampleMedian.Of(_firstLosses);

        public override Findings Findings(bool finished)
        {
            if (_looks < Looks) return TrainingGuards.Findings.Inconclusive($"at least {Numbers.Text(Looks)} steps that are looked into and have finite weights; there were {Numbers.Text(_looks)}");
            Reading[] sizes = [.. _sizes.Where(one => one.Value.First > 0).Select(one => new Reading(one.Value.Now / one.Value.First, $"in {one.Key}"))];
            Reading[] decays = [.. _decay.Where(one => double.IsFinite(one.Value.Value)).Select(one => new Reading(one.Value.Value, $"in {one.Key}"))];
            if (sizes.Length == 0 && _biases.Count == 0) return TrainingGuards.Findings.Inconclusive("weights that are not 0 throughout");
            var findings = new Findings
            {
                Claims =
                [
                    .. sizes.Length == 0 ? Array.Empty<Measurement>() : [new("size of a weight matrix over its first", Bound.Between(1 / growth, growth), sizes)],
                    .. _biases.Count == 0 ? Array.Empty<Measurement>() : [new("largest bias or gain", Bound.AtMost(largestBias), [.. _biases.Select(one => new Reading(one.Value, $"in {one.Key}"))])],
                    .. decays.Length == 0 ? Array.Empty<Measurement>() : [new("gradient of weight decay over that of the loss", Bound.AtMost(decayOverGradient).Meaning("while the loss is above half of its first"), decays)],
                ],
                Curves = [new("root mean square of all weights", _rms.Values)],
                Histograms = _growth.Pictures(),
            };
            return findings with { Causes = [.. Causes(sizes, decays)] };
        }

        private IEnumerable<Cause> Causes(Reading[] sizes, Reading[] decays)
        {
            Reading[] strong = [.. decays.Where(one => one.Value > decayOverGradient)], small = [.. sizes.Where(one => one.Value < 1 / growth)], large = [.. sizes.Where(one => one.Value > growth)];
            if (strong.Length > 0)
            {
                Reading worst = strong.MaxBy(one => one.Value);
                yield return Decays(worst.Culprit["in ".Length..], $"; its gradient is {Numbers.Text(worst.Value)} times that of the loss");
            }
            else if (small.Length > 0)
            {
                Reading worst = small.MinBy(one => one.Value);
                string name = worst.Culprit["in ".Length..];
                yield return _decays.ContainsKey(name)
                    ? Decays(name, $"; it fell to {Numbers.Text(worst.Value)} of its size")
                    : new($"{name} fell to {Numbers.Text(worst.Value)} of its size, and its group has no weight_decay", "look for a penalty in the loss that is too strong, or one that is summed over steps");
            }
            if (large.Length > 0)
            {
                Reading worst = large.MaxBy(one => one.Value);
                yield return new($"{worst.Culprit["in ".Length..]} grew to {Numbers.Text(worst.Value)} times its size in {Numbers.Text(_looks)} looks, at a learning rate of {Numbers.Text(_rate)}", "lower the learning rate, and look at the sign of the loss and of its penalty: what grows on and on is rewarded for it", "TG8006");
            }
            if (large.Length == 0 && _biases.Where(one => one.Value > largestBias).ToArray() is [_, ..] biases)
                yield return new($"{biases.MaxBy(one => one.Value).Key} reached {Numbers.Text(biases.Max(one => one.Value))} at a learning rate of {Numbers.Text(_rate)}", "lower the learning rate of its group, and scale targets to about unit size", "TG8006");

            Cause Decays(string name, string evidence) => new($"{name} has a weight_decay of {Numbers.Text(_decays[name].Strength)}{evidence}", "divide the weight decay by 100 and more: 1e−4 to 1e−2 is usual", "TG8006");
        }
    }
}

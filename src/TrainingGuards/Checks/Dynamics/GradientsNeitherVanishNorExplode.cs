using TrainingGuards.Exhibits;
using TrainingGuards.Monitoring;
using TrainingGuards.Reporting;

namespace TrainingGuards.Checks.Dynamics;

/// <summary>Gradients neither vanish nor explode: the norm of 5 looks is at most 10 times that of the 20 before, and no weight matrix has a gradient of less than 1e-7 of the largest one's.</summary>
/// <remarks>
/// A rise counts where it is beyond 8 median absolute deviations of the logarithm and above where training began; a single spike is noted. Matrices whose gradient is exactly 0 in most looks are left to
/// <c>EveryParameterLearns</c>, gradients that are not finite to <c>StaysFinite</c>. It cannot see what happens between looks, nor a gradient that is small by right behind a frozen part. Cost: <c>steps</c> S.
/// </remarks>
/// <param name="steps">How many training steps are watched where the check is put to a setup.</param>
/// <param name="factor">The largest rise of the norm that is allowed, as a factor above 1.</param>
/// <param name="above">The smallest gradient of a matrix that is allowed, over that of the largest.</param>
public sealed class GradientsNeitherVanishNorExplode(int steps = 40, double factor = 10, double above = 1e-7) : DynamicsCheck(steps)
{
    /// <summary>The largest rise of the norm that is allowed, as a factor.</summary>
    public double Factor { get; } = factor > 1 ? factor : throw new ArgumentOutOfRangeException(nameof(factor), factor, "A rise is a factor above 1.");

    /// <summary>The smallest gradient of a matrix that is allowed, over that of the largest.</summary>
    public double Above { get; } = above is > 0 and < 1 ? above : throw new ArgumentOutOfRangeException(nameof(above), above, "A ratio to the largest lies between 0 and 1.");

    /// <inheritdoc/>
    public override string Claim => "Gradients neither vanish on their way nor explode.";

    /// <inheritdoc/>
    protected internal override Watch Begin(WatchedTraining training) => new GradientWatch(Factor, Above);

    private sealed class GradientWatch(double factor, double above) : Watch
    {
        private readonly NormWindow _window = new();
        private readonly Series _norms = new();
        private readonly CountedLooks _looks = new("gradient rms over the largest one's", 1e-12, 1);
        private readonly Dictionary<string, MedianOfMany> _ratios = new(StringComparer.Ordinal);
        private readonly Dictionary<string, long> _zeros = new(StringComparer.Ordinal);
        private readonly List<string> _order = [];
        private double _rise = 1, _spike = 1, _rate;
        private (long Step, double From, double To) _at;
        private long _spikes, _spikeAt;

        public override Detail Wants => Detail.Parameters;

        public override void See(StepSample sample)
        {
            ParameterSample[] trained = [.. (sample.Parameters ?? []).Where(one => one.GradientIsFinite && double.IsFinite(one.GradientRms))];
            double norm = Math.Sqrt(trained.Sum(one => one.GradientRms * one.GradientRms * one.Count)), largest = trained.Select(one => one.GradientRms).DefaultIfEmpty(0).Max();
            // A pass that is not finite is for another check.
            if (!(largest > 0) || sample.Parameters!.Any(one => !one.GradientIsFinite)) return;
            _rate = sample.LearningRates.DefaultIfEmpty(double.NaN).Max();
            foreach (ParameterSample one in trained.Where(one => one.Dimensions >= 2)) Add(one.Name, one.GradientRms / largest);
            _norms.Add(norm);
            if (norm > factor * _window.Running)
            {
                _spikes++;
                if (norm / _window.Running > _spike) (_spike, _spikeAt) = (norm / _window.Running, sample.Step);
            }
            _window.Add(norm);
            if (_window.Rise() is not { } rise || !(rise.Factor > _rise)) return;
            _rise = rise.Factor;
            _at = (sample.Step, rise.From, rise.To);
        }

        public override Findings Findings(bool finished)
        {
            if (_window.Count < NormWindow.Enough) return TrainingGuards.Findings.Inconclusive($"at least {Numbers.Text(NormWindow.Enough)} steps that are looked into and have a finite gradient; there were {Numbers.Text(_window.Count)}");
            string[] cut = [.. _order.Where(name => 2 * _zeros.GetValueOrDefault(name) > _ratios[name].Count)], judged = [.. _order.Except(cut)];
            var findings = new Findings
            {
                Claims =
                [
                    new("largest rise of the gradient's norm beyond its noise", Bound.AtMost(factor).Meaning("the median of 5 looks over that of the 20 before"), _rise, _rise > 1 ? $"at step {Numbers.Text(_at.Step)}" : ""),
                    .. judged.Length == 0 ? Array.Empty<Measurement>() : [new("gradient rms over the largest one's", Bound.AtLeast(above), [.. judged.Select(name => new Reading(_ratios[name].Median, $"in {name}"))])],
                ],
                Curves = [new("norm of the gradient", _norms.Values)],
                Notes = [.. Notes(cut)],
                Histograms = _looks.Pictures(new Level("the least", above)),
            };
            return findings with { Causes = [.. Causes(judged)] };
        }

        private void Add(string name, double ratio)
        {
            if (!_ratios.TryGetValue(name, out MedianOfMany? ratios))
            {
                _ratios[name] = ratios = new();
                _order.Add(name);
            }
            ratios.Add(ratio);
            _looks.Add(name, ratio);
            if (ratio == 0) _zeros[name] = _zeros.GetValueOrDefault(name) + 1;
        }

        private IEnumerable<string> Notes(string[] cut)
        {
            if (_spikes > 0) yield return $"the norm was over {Numbers.Text(factor)} times its running median in {Numbers.Text(_spikes)} of {Numbers.Text(_window.Count)} looks, at most {Numbers.Text(_spike)} times at step {Numbers.Text(_spikeAt)}";
            if (cut.Length > 0) yield return $"the gradient of {Words.List([.. cut.Select(name => $"`{name}`")])} is exactly 0 in most looks: EveryParameterLearns says why";
        }

        private IEnumerable<Cause> Causes(string[] judged)
        {
            if (_rise > factor)
                yield return new($"the norm of the gradient rose from {Numbers.Text(_at.From)} to {Numbers.Text(_at.To)} by step {Numbers.Text(_at.Step)}, at a learning rate of {Numbers.Text(_rate)}", "clip gradients by their norm, and lower the learning rate or warm it up", "TG8006");
            string[] small = [.. judged.Where(name => _ratios[name].Median < above)];
            if (small.Length == 0) yield break;
            int first = Array.IndexOf(judged, small.MinBy(name => _ratios[name].Median)), last = Array.IndexOf(judged, judged.MaxBy(name => _ratios[name].Median));
            double ratio = _ratios[judged[first]].Median / _ratios[judged[last]].Median;
            int between = Math.Abs(last - first);
            // In a net that loses it evenly every matrix on the way has less than the one behind it.
            int falls = Enumerable.Range(Math.Min(first, last), between).Count(i => (_ratios[judged[i]].Median < _ratios[judged[i + 1]].Median) == (first < last));
            yield return between > 1 && falls >= 0.8 * between
                ? new($"the gradient falls from `{judged[last]}` to `{judged[first]}` by {Numbers.Text(Math.Pow(ratio, 1.0 / between))} a layer, over {Numbers.Text(between)} layers", "use ReLU in place of sigmoid or tanh with an initialisation that fits it, normalise layers, or add residual connections")
                : new($"the gradient of `{judged[first]}` is {Numbers.Text(ratio)} of that of `{judged[last]}`", $"look at what multiplies or cuts the way from `{judged[first]}` to the loss: a tiny factor, a saturated activation");
        }
    }
}

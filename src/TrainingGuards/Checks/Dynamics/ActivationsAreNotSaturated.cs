using TrainingGuards.Decoding;
using TrainingGuards.Exhibits;
using TrainingGuards.Monitoring;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;

namespace TrainingGuards.Checks.Dynamics;

/// <summary>Activations pass gradients on: in most looks at most 90 % of what a Tanh or Sigmoid takes lies beyond ±5, and no ReLU returns 0 throughout.</summary>
/// <remarks>
/// Beyond 5 the slope of tanh is below 2e-4 and that of the sigmoid below 7e-3 (a quarter at 0). More than 50 % is noted, and so are layers whose output has a standard deviation outside 0.05 to 50 or a mean of more than 5 of these. A sigmoid or tanh at the model's end may be sure of itself and is not judged.
/// Of activations that are called as functions it sees those of what one module returns, at most times a constant and plus one, as its forward's instructions tell; others are named and not seen. Nor are the gates of recurrent layers. Cost: <c>steps</c> S.
/// </remarks>
/// <param name="steps">How many training steps are watched where the check is put to a setup.</param>
/// <param name="share">The largest share of saturated inputs that is allowed.</param>
public sealed class ActivationsAreNotSaturated(int steps = 20, double share = 0.9) : DynamicsCheck(steps)
{
    /// <summary>The largest share of saturated inputs that is allowed.</summary>
    public double Share { get; } = share is > 0 and < 1 ? share : throw new ArgumentOutOfRangeException(nameof(share), share, "A share lies between 0 and 1.");

    /// <inheritdoc/>
    public override string Claim => "Activations neither saturate nor die.";

    /// <inheritdoc/>
    protected internal override Watch Begin(WatchedTraining training) => new ActivationWatch(training, Share);

    private sealed class ActivationWatch : Watch
    {
        private const int Looks = 5;
        private const double Many = 0.5, Narrow = 0.05, Wide = 50, Apart = 5;

        private readonly double _share;
        private readonly string[] _unseen;
        private readonly Dictionary<string, AppliedActivation> _applied;
        private readonly bool _has;
        private readonly Dictionary<string, Layer> _layers = new(StringComparer.Ordinal);
        private readonly CountedLooks _beyond = new("share of inputs beyond ±5", 0, 1, logarithmic: false), _zeros = new("share of outputs that are 0", 0, 1, logarithmic: false);
        private string? _last;
        private int _looks;
        private double _rate;

        public ActivationWatch(WatchedTraining training, double share)
        {
            _share = share;
            _applied = AppliedActivations.In(training.Model).ToDictionary(one => one.Name, StringComparer.Ordinal);
            _has = _applied.Count > 0 || ModelTensors.Modules(training.Model).Any(part => ModuleKind.IsTorch(part.Module) && ActivationKind.IsJudged(part.Module.GetType().Name));
            _unseen = [.. AppliedActivations.Unseen(training.Model, [.. _applied.Values]).Select(part => $"{Words.List(part.Functions)} in `{part.Path}`")];
        }

        public override Detail Wants => Detail.Activations;

        public override void See(StepSample sample)
        {
            if (sample.Activations is not { Count: > 0 } activations) return;
            _looks++;
            _rate = sample.LearningRates.DefaultIfEmpty(double.NaN).Max();
            // The model itself is left last, and with it what holds its last layer.
            _last = activations.LastOrDefault(one => ActivationKind.IsJudged(one.Kind)) is { } last && IsOutput(activations, last) ? last.Path : null;
            foreach (IGrouping<string, ActivationSample> calls in activations.GroupBy(one => one.Path))
            {
                if (!_layers.TryGetValue(calls.Key, out Layer? layer)) _layers[calls.Key] = layer = new(calls.First().Kind);
                layer.Beyond.Add(calls.Average(one => one.InputsBeyondFive));
                if (calls.All(one => one.Zeros >= 1)) layer.Dead++;
                layer.Zeros.Add(calls.Average(one => one.Zeros));
                if (ActivationKind.Saturates(layer.Kind)) _beyond.Add(calls.Key, calls.Average(one => one.InputsBeyondFive));
                if (ActivationKind.Rectifies(layer.Kind)) _zeros.Add(calls.Key, calls.Average(one => one.Zeros));
                layer.Std.Add(calls.Average(one => one.Std));
                layer.Mean.Add(calls.Average(one => one.Mean));
            }
        }

        public override Findings Findings(bool finished)
        {
            string[] unseen = _unseen.Length == 0 ? [] : [$"not seen, as it is a function of more than what one module returns: {Words.List(_unseen)}"];
            if (!_has) return TrainingGuards.Findings.NotApplicable($"the model has no Tanh, Sigmoid or ReLU that is seen{(unseen.Length == 0 ? "" : $"; {unseen[0]}")}");
            if (_looks < Looks) return TrainingGuards.Findings.Inconclusive($"at least {Numbers.Text(Looks)} steps that are looked into; there were {Numbers.Text(_looks)}");
            (string Path, Layer Layer)[] saturating = [.. _layers.Where(one => ActivationKind.Saturates(one.Value.Kind) && one.Key != _last).Select(one => (one.Key, one.Value))];
            (string Path, Layer Layer)[] rectifying = [.. _layers.Where(one => ActivationKind.Rectifies(one.Value.Kind)).Select(one => (one.Key, one.Value))];
            if (saturating.Length + rectifying.Length == 0)
                return TrainingGuards.Findings.NotApplicable(_last is null ? "no activation of the model was called by call" : $"its only activation is its output, `{_last}`, which may be sure of itself");
            var findings = new Findings
            {
                Claims =
                [
                    .. saturating.Length == 0 ? Array.Empty<Measurement>() : [new("share of inputs beyond ±5", Bound.AtMost(_share).Meaning("in the median over the looks"), [.. saturating.Select(one => new Reading(one.Layer.Beyond.Median, $"in {one.Path}"))])],
                    .. rectifying.Length == 0 ? Array.Empty<Measurement>() : [new("looks in which some unit fires", Bound.AtLeast(1), [.. rectifying.Select(one => new Reading(one.Layer.Looks - one.Layer.Dead, $"in {one.Path}"))])],
                ],
                Notes = [.. unseen, .. Notes(saturating, rectifying)],
                Histograms = [.. _beyond.Pictures(new Level("the most", _share)), .. _zeros.Pictures()],
            };
            (string Path, Layer Layer)[] broken = [.. _layers.Select(one => (one.Key, one.Value)).Where(one => (saturating.Contains(one) && one.Value.Beyond.Median > _share) || (rectifying.Contains(one) && one.Value.Dead == one.Value.Looks))];
            return broken.Length == 0 ? findings : findings with { Causes = [.. broken.Take(3).Select(one => Cause(one.Path, one.Layer))], Where = _applied.TryGetValue(broken[0].Path, out AppliedActivation? function) ? function.Place() : new(broken[0].Path) };
        }

        // What is left after it, up to the model, only holds it: nothing is computed behind.
        private static bool IsOutput(IReadOnlyList<ActivationSample> activations, ActivationSample last) =>
            ActivationKind.Saturates(last.Kind) && activations.SkipWhile(one => !ReferenceEquals(one, last)).Skip(1).All(one => Near(one.Mean, last.Mean) && Near(one.Std, last.Std));

        // What is arranged anew is summed in another order.
        private static bool Near(double a, double b) => Math.Abs(a - b) <= 1e-5 * Math.Abs(b);

        private Cause Cause(string path, Layer layer) => ActivationKind.Saturates(layer.Kind)
            ? new($"{Numbers.Text(100 * layer.Beyond.Median)} % of what `{path}` ({layer.Kind}) takes lies beyond ±5, where its slope is next to 0", "scale inputs and initial weights to about unit size, or normalise before it; lower the learning rate where it is so only later")
            : new($"`{path}` ({layer.Kind}) returns 0 for every example in all {Numbers.Text(layer.Looks)} looks, at a learning rate of {Numbers.Text(_rate)}: no gradient passes it", "look at the bias before it and at the initialisation (ReluUnitsFire), and lower the learning rate; or use LeakyReLU");

        private static IEnumerable<string> Notes((string Path, Layer Layer)[] saturating, (string Path, Layer Layer)[] rectifying)
        {
            foreach ((string path, Layer layer) in saturating.Where(one => one.Layer.Beyond.Median > Many))
                yield return $"{Numbers.Text(100 * layer.Beyond.Median)} % of what `{path}` takes lies beyond ±5";
            foreach ((string path, Layer layer) in rectifying.Where(one => one.Layer.Dead < one.Layer.Looks && one.Layer.Zeros.Median > 0.95))
                yield return $"{Numbers.Text(100 * layer.Zeros.Median)} % of what `{path}` returns is 0";
            foreach ((string path, Layer layer) in saturating.Concat(rectifying).Where(one => one.Layer.Dead < one.Layer.Looks))
            {
                double std = layer.Std.Median, mean = layer.Mean.Median;
                if (std is < Narrow or > Wide) yield return $"what `{path}` returns has a standard deviation of {Numbers.Text(std)}; {Numbers.Text(Narrow)} to {Numbers.Text(Wide)} is usual";
                else if (Math.Abs(mean) > Apart * std) yield return $"what `{path}` returns has a mean of {Numbers.Text(mean)} and a standard deviation of {Numbers.Text(std)}: most of it says the same";
            }
        }

        private sealed class Layer(string kind)
        {
            public string Kind { get; } = kind;

            public MedianOfMany Beyond { get; } = new();

            public MedianOfMany Zeros { get; } = new();

            public MedianOfMany Std { get; } = new();

            public MedianOfMany Mean { get; } = new();

            public long Dead { get; set; }

            public long Looks => Beyond.Count;
        }
    }
}

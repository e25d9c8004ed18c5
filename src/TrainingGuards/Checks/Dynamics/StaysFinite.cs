using TrainingGuards.Monitoring;
using TrainingGuards.Reporting;

namespace TrainingGuards.Checks.Dynamics;

/// <summary>Loss, gradients and weights stay finite: no NaN and no infinity in any step.</summary>
/// <remarks>
/// The loss of every step, gradients and weights in those that are looked into. In the first step that is not finite the forward pass is made once more, with the same weights, inputs and random state: the module
/// whose inputs are sound and whose output is not is named, with its line. It cannot see which derivative is not finite where the forward pass is, nor a batch of several that one step accumulates, but the last. Cost: <c>steps</c> S; 1 F to explain a failure.
/// </remarks>
/// <param name="steps">How many training steps are watched where the check is put to a setup.</param>
public sealed class StaysFinite(int steps = 30) : DynamicsCheck(steps)
{
    /// <inheritdoc/>
    public override string Claim => "Loss, gradients and weights stay finite.";

    /// <inheritdoc/>
    protected internal override Watch Begin(WatchedTraining training) => new FiniteWatch();

    private sealed class FiniteWatch : Watch
    {
        // A loss that grows so much before it ends, or weights that do, are the learning rate's.
        private const double Growth = 10, WeightGrowth = 1000;
        private const int Recent = 20;

        private readonly Series _losses = new();
        private readonly Queue<double> _recent = new();
        private readonly Dictionary<string, (long First, long Looks)> _broken = new(StringComparer.Ordinal);
        private readonly HashSet<string> _read = new(StringComparer.Ordinal);
        private long _steps, _notFinite, _first;
        private double _firstLargest = double.NaN, _largest = double.NaN, _rate;
        private NonFiniteOrigin? _origin;

        public override Detail Wants => Detail.Parameters | Detail.Origin;

        public override void See(StepSample sample)
        {
            _steps++;
            _losses.Add(sample.Loss);
            _origin ??= sample.Origin;
            bool isFinite = double.IsFinite(sample.Loss);
            if (!isFinite) _notFinite++;
            foreach (ParameterSample one in sample.Parameters ?? [])
            {
                Judge($"`{one.Name}`", one.WeightIsFinite);
                Judge($"the gradient of `{one.Name}`", one.GradientIsFinite);
            }
            if (_first == 0 && (!isFinite || _broken.Count > 0)) _first = sample.Step;
            if (_first > 0) return;
            _rate = sample.LearningRates.DefaultIfEmpty(double.NaN).Max();
            _recent.Enqueue(sample.Loss);
            if (_recent.Count > Recent) _recent.Dequeue();
            if (sample.Parameters is not { Count: > 0 } parameters) return;
            _largest = parameters.Max(one => one.LargestWeight);
            if (double.IsNaN(_firstLargest)) _firstLargest = _largest;

            void Judge(string name, bool finite)
            {
                _read.Add(name);
                if (finite) return;
                (long first, long looks) = _broken.GetValueOrDefault(name, (sample.Step, 0));
                _broken[name] = (first, looks + 1);
            }
        }

        public override Findings Findings(bool finished)
        {
            if (_steps == 0) return TrainingGuards.Findings.Inconclusive("at least 1 step");
            var findings = new Findings
            {
                Claims =
                [
                    new("steps whose loss is not finite", Bound.Exactly(0), _notFinite, _notFinite > 0 ? $"from step {Numbers.Text(_first)} on" : ""),
                    .. _read.Count == 0 ? Array.Empty<Measurement>() : [new("looks at what is not finite", Bound.Exactly(0), [.. Looks()])],
                ],
                Controls = [new("steps whose loss was read", Bound.AtLeast(1), _steps)],
            };
            if (_first == 0) return findings;
            return findings with
            {
                Curves = [new("loss", _losses.Values)],
                Causes = [.. Causes()],
                Where = _origin?.Where,
                Notes = _origin?.Note is { } note ? [note] : [],
            };
        }

        // Of what stays finite one reading stands for all.
        private IEnumerable<Reading> Looks() => _broken.Count == 0
            ? [new(0, $"in {Numbers.Text(_read.Count)} weights and gradients")]
            : _broken.OrderBy(one => one.Value.First).Select(one => new Reading(one.Value.Looks, $"in {one.Key}, from step {Numbers.Text(one.Value.First)} on"));

        private IEnumerable<Cause> Causes()
        {
            if (_origin is { IsInput: true, Cause: { } input })
            {
                yield return input;
                yield break;
            }
            double[] recent = [.. _recent];
            double least = recent.DefaultIfEmpty(double.NaN).Min(), last = recent.LastOrDefault(double.NaN);
            if (recent.Length >= 2 && last > 0 && last > Growth * Math.Abs(least))
                yield return Rate($"the loss rose from {Numbers.Text(least)} to {Numbers.Text(last)} in the {Numbers.Text(recent.Length)} steps before, at a learning rate of {Numbers.Text(_rate)}");
            else if (_largest > WeightGrowth * _firstLargest)
                yield return Rate($"the largest weight grew from {Numbers.Text(_firstLargest)} to {Numbers.Text(_largest)}, at a learning rate of {Numbers.Text(_rate)}");
            if (_origin?.Cause is { } cause) yield return cause;
        }

        private static Cause Rate(string evidence) => new(evidence, "lower the learning rate or warm it up, and clip gradients by their norm", "TG8006");
    }
}

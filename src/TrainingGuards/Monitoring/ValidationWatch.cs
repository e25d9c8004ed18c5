using TrainingGuards.Reporting;

namespace TrainingGuards.Monitoring;

/// <summary>The evaluations of a training: the best one, and whether they have become worse ever since.</summary>
/// <param name="patience">How many evaluations after the best one it takes to say so.</param>
internal sealed class ValidationWatch(int patience)
{
    private const double Deviations = 5;

    private readonly Series _history = new();
    private TrendSums _since = new();
    private ValidationSample? _best;
    private ValidationSample? _last;
    private double _first = double.NaN;
    private double _gain;

    /// <summary>How many evaluations there were.</summary>
    public long Count { get; private set; }

    /// <summary>How far they have become worse since the best one, over what they had gained before; 0 where that is noise or they are few.</summary>
    public double Rise
    {
        get
        {
            Trend trend = _since.Trend;
            return _since.Count >= patience && trend.Deviations >= Deviations ? (trend.To - Size(_best!)) / _gain : 0;
        }
    }

    /// <summary>The evaluations, thinned where there are many.</summary>
    public Curve Curve => new("validation", _history.Values);

    /// <summary>What to say where they have become worse.</summary>
    public Cause Cause
    {
        get
        {
            string at = _best!.Epoch > 0 ? $"epoch {Numbers.Text(_best.Epoch)}" : $"step {Numbers.Text(_best.Step)}";
            return new(
                $"validation was best at {at}, {Numbers.Text(_best.Metric)}, and has {(_best.HigherIsBetter ? "fallen" : "risen")} over the {Numbers.Text(_since.Count)} evaluations since, to {Numbers.Text(_last!.Metric)} ({Numbers.Text(_since.Trend.Deviations)} standard errors)",
                $"stop at {at} and keep its weights; regularise, augment or add examples to gain more");
        }
    }

    /// <summary>Takes in the next evaluation; one that is not finite is passed over.</summary>
    public void Add(ValidationSample sample)
    {
        _history.Add(sample.Metric);
        if (!double.IsFinite(sample.Metric)) return;
        Count++;
        _last = sample;
        double size = Size(sample);
        if (double.IsNaN(_first)) _first = size;
        if (_best is null || size < Size(_best))
        {
            _best = sample;
            _since = new();
            // The first evaluation may be the best one: then its own size is what a rise is compared with.
            _gain = _first > size ? _first - size : Math.Max(Math.Abs(size), double.Epsilon);
            return;
        }
        _since.Add(size);
    }

    // Smaller is better here.
    private static double Size(ValidationSample sample) => sample.HigherIsBetter ? -sample.Metric : sample.Metric;
}

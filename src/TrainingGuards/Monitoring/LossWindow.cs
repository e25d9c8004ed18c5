using TrainingGuards.Reporting;

namespace TrainingGuards.Monitoring;

/// <summary>The last losses of a training, and whether they have risen by more than noise.</summary>
internal sealed class LossWindow
{
    /// <summary>How many losses a rise is judged by.</summary>
    public const int Enough = Before + Now;

    private const int Before = 50;
    private const int Now = 9;

    // Of exponential losses, as those of single examples are, one median of 9 in fifty million lies so far above by chance.
    private const double Deviations = 8;
    private const double OfFirst = 0.05;

    private readonly Queue<double> _last = new();
    private readonly Series _history = new();
    private readonly List<double> _first = [];

    /// <summary>How many finite losses there have been.</summary>
    public long Count { get; private set; }

    /// <summary>Whether a rise can be judged.</summary>
    public bool IsFull => Count >= Enough;

    /// <summary>The largest median absolute deviation of the losses that a rise is judged by.</summary>
    public double Spread { get; private set; }

    /// <summary>The losses, thinned where there are many.</summary>
    public IReadOnlyList<double> History => _history.Values;

    /// <summary>What a value of the history stands for.</summary>
    public string HistoryUnit => _history.StepsPerValue == 1 ? "step" : $"mean of {Numbers.Text(_history.StepsPerValue)} steps";

    /// <summary>Takes in the loss of a step; one that is not finite is left to <c>StaysFinite</c>.</summary>
    public void Add(double loss)
    {
        _history.Add(loss);
        if (!double.IsFinite(loss)) return;
        Count++;
        if (_first.Count < Now) _first.Add(loss);
        _last.Enqueue(loss);
        if (_last.Count > Enough) _last.Dequeue();
    }

    /// <summary>How far the median of the last 9 lies above that of the 50 before; null where that is noise, or there are not so many.</summary>
    public (double Factor, double From, double To)? Rise()
    {
        if (!IsFull) return null;
        double[] all = [.. _last], before = all[..Before], now = all[Before..];
        double from = SampleMedian.Of(before), to = SampleMedian.Of(now);
        double deviation = SampleMedian.Of(before.Select(loss => Math.Abs(loss - from)));
        Spread = Math.Max(Spread, deviation);
        bool isNoise = to - from <= Deviations * deviation || to - from <= OfFirst * Math.Abs(SampleMedian.Of(_first));
        if (isNoise) return null;
        // A loss may be negative, a log-density for one: the rise is then taken against the first losses' size.
        double scale = from > 0 ? from : Math.Max(Math.Abs(from), Math.Abs(SampleMedian.Of(_first)));
        return (1 + ((to - from) / scale), from, to);
    }
}

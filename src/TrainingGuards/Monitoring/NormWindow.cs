namespace TrainingGuards.Monitoring;

/// <summary>The last norms of the gradient, and whether they have risen by more than their noise. Norms scatter by factors, so they are judged by their logarithms.</summary>
internal sealed class NormWindow
{
    private const int Before = 20, Now = 5;

    /// <summary>How many norms a rise is judged by.</summary>
    public const int Enough = Before + Now;

    // Norms of single examples scatter by e² and more; so many deviations of theirs are a factor that 3 of 5 do not exceed by chance.
    private const double Deviations = 8;

    private readonly Queue<double> _last = new();
    private readonly List<double> _first = [];

    /// <summary>How many norms there have been.</summary>
    public long Count { get; private set; }

    /// <summary>The median of those that a new one is compared with; NaN where there are too few.</summary>
    public double Running => Count < Before ? double.NaN : SampleMedian.Of(_last.TakeLast(Before));

    /// <summary>Takes in a norm above 0.</summary>
    public void Add(double norm)
    {
        Count++;
        if (_first.Count < Now) _first.Add(norm);
        _last.Enqueue(norm);
        if (_last.Count > Enough) _last.Dequeue();
    }

    /// <summary>The factor by which the median of the last 5 lies above that of the 20 before; null where that is noise, no more than there was at first, or there are too few.</summary>
    public (double Factor, double From, double To)? Rise()
    {
        if (Count < Enough) return null;
        double[] all = [.. _last], before = all[..Before], now = all[Before..];
        double from = SampleMedian.Of(before), to = SampleMedian.Of(now);
        double deviation = SampleMedian.Of(before.Select(norm => Math.Abs(Math.Log(norm / from))));
        return Math.Log(to / from) <= Deviations * deviation || to <= SampleMedian.Of(_first) ? null : (to / from, from, to);
    }
}

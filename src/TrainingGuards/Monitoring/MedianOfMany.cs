namespace TrainingGuards.Monitoring;

/// <summary>The median of a stream of numbers, exact for the first 101 and then of 101 that stand for all of them evenly.</summary>
internal sealed class MedianOfMany
{
    private const int Most = 101;

    private readonly List<double> _kept = [];
    private long _every = 1;

    /// <summary>How many numbers there have been.</summary>
    public long Count { get; private set; }

    /// <summary>The median; NaN where there is none.</summary>
    public double Median => SampleMedian.Of(_kept);

    /// <summary>Takes in a number.</summary>
    public void Add(double value)
    {
        if (Count++ % _every != 0) return;
        _kept.Add(value);
        if (_kept.Count <= Most) return;
        for (int i = _kept.Count - 1; i >= 0; i--)
            if (i % 2 == 1) _kept.RemoveAt(i);
        _every *= 2;
    }
}

namespace TrainingGuards.Monitoring;

/// <summary>The learning rate of one parameter group over training: its peak, how long it lasts, how often it comes back.</summary>
internal sealed class RateProfile
{
    // The first hundredth below the peak is the peak: a rate that creeps up to it is there.
    private const double Creep = 1.01;

    // A hundredth itself, as two tenths make it in floating point, is not below a hundredth.
    private const double Low = 0.0099;
    private const double High = 0.5;

    private readonly Series _history = new();
    private double _reached;
    private double _sum;
    private long _summed;
    private bool _fell;
    private int _between;
    private double _first;

    /// <summary>How many rates there have been.</summary>
    public long Count { get; private set; }

    /// <summary>The largest.</summary>
    public double Peak { get; private set; }

    /// <summary>The last.</summary>
    public double Last { get; private set; } = double.NaN;

    /// <summary>When it came within a hundredth of its peak, counted from 1.</summary>
    public long PeakAt { get; private set; }

    /// <summary>When it first went below 1 % of its peak; null where it never did.</summary>
    public long? FirstLow { get; private set; }

    /// <summary>Since when it has been below 1 % of its peak; null where it is not.</summary>
    public long? LowSince { get; private set; }

    /// <summary>How often it climbed, step by step and not in one leap, from below 1 % of its peak to half of it.</summary>
    public int Climbs { get; private set; }

    /// <summary>Whether it has never changed.</summary>
    public bool IsConstant { get; private set; } = true;

    /// <summary>Its mean from the peak on, over the peak.</summary>
    public double MeanOverPeak => _sum / _summed / Peak;

    /// <summary>The rates, thinned where there are many.</summary>
    public IReadOnlyList<double> History => _history.Values;

    /// <summary>Takes in the rate of the next step.</summary>
    public void Add(double rate)
    {
        _history.Add(rate);
        Last = rate;
        if (Count++ == 0) _first = rate;
        IsConstant &= rate == _first;
        Peak = Math.Max(Peak, rate);
        if (PeakAt == 0 || rate > Creep * _reached)
        {
            (_reached, PeakAt) = (rate, Count);
            (_sum, _summed) = (0, 0);
        }
        _sum += rate;
        _summed++;
        if (rate < Low * Peak)
        {
            FirstLow ??= Count;
            LowSince ??= Count;
            (_fell, _between) = (true, 0);
            return;
        }
        LowSince = null;
        if (!_fell) return;
        if (rate < High * Peak)
        {
            _between++;
            return;
        }
        if (_between > 0) Climbs++;
        _fell = false;
    }
}

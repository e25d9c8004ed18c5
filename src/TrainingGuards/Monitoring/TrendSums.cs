namespace TrainingGuards.Monitoring;

/// <summary>What a straight line through a stream of numbers is computed from.</summary>
internal sealed class TrendSums
{
    private double _origin;
    private double _y;
    private double _xy;
    private double _yy;

    /// <summary>How many numbers there are.</summary>
    public long Count { get; private set; }

    /// <summary>The line through them; NaN where they are fewer than three.</summary>
    public Trend Trend
    {
        get
        {
            if (Count < 3) return new(double.NaN, double.NaN, double.NaN, double.NaN);
            double n = Count, meanX = (n - 1) / 2, meanY = _y / n;
            double xx = n * ((n * n) - 1) / 12, xy = _xy - (n * meanX * meanY), yy = _yy - (n * meanY * meanY);
            double slope = xy / xx, residual = Math.Max(0, yy - (slope * xy)), error = Math.Sqrt(residual / (n - 2) / xx);
            double deviations = slope == 0 ? 0 : slope / error;
            double from = _origin + meanY - (slope * meanX);
            return new(slope, deviations, from, from + (slope * (n - 1)));
        }
    }

    /// <summary>Takes in the next number.</summary>
    public void Add(double value)
    {
        if (Count == 0) _origin = value;
        // Near the first number the sums of squares lose no digits.
        double y = value - _origin;
        _y += y;
        _xy += Count * y;
        _yy += y * y;
        Count++;
    }
}

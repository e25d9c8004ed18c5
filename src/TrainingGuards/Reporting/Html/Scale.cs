namespace TrainingGuards.Reporting.Html;

/// <summary>Where values lie along an axis: 0 is its beginning, 1 its end.</summary>
/// <param name="Low">The value at the beginning.</param>
/// <param name="High">The value at the end.</param>
/// <param name="IsLogarithmic">Whether equal factors are equally far; what is not positive then lies at the beginning.</param>
internal sealed record Scale(double Low, double High, bool IsLogarithmic)
{
    private const double Decades = 100;

    /// <summary>A scale over all finite ones of some values: logarithmic where the positive ones span two decades and none is negative.</summary>
    /// <param name="values">What must lie on it.</param>
    /// <param name="margin">What is left free at either end, as a share of what the values span.</param>
    public static Scale Over(IEnumerable<double> values, double margin)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        if (finite.Length == 0) return new(0, 1, IsLogarithmic: false);
        double[] positive = [.. finite.Where(value => value > 0)];
        if (positive.Length > 1 && finite.Min() >= 0 && positive.Max() >= Decades * positive.Min())
        {
            double low = Math.Log10(positive.Min()), high = Math.Log10(positive.Max()), space = margin * (high - low);
            return new(Math.Pow(10, low - space), Math.Pow(10, high + space), IsLogarithmic: true);
        }
        double least = finite.Min(), most = finite.Max(), span = most - least;
        // Where all is one value it stands in the middle.
        double free = span > 0 && double.IsFinite(span) ? margin * span : Math.Max(Math.Abs(most) / 2, 0.5);
        return new(least - free, most + free, IsLogarithmic: false);
    }

    public double At(double value)
    {
        if (!IsLogarithmic) return Math.Clamp((value - Low) / (High - Low), 0, 1);
        return value <= 0 ? 0 : Math.Clamp(Math.Log(value / Low) / Math.Log(High / Low), 0, 1);
    }

    /// <summary>The value at a place, 0 to 1.</summary>
    public double Value(double at) => IsLogarithmic ? Low * Math.Pow(High / Low, at) : Low + ((High - Low) * at);

    /// <summary>Round values for the axis, about as many as asked for.</summary>
    public IReadOnlyList<double> Ticks(int about) => IsLogarithmic ? Powers(about) : Round(about);

    private double[] Powers(int about)
    {
        int first = (int)Math.Ceiling(Math.Log10(Low) - 1e-9), last = (int)Math.Floor(Math.Log10(High) + 1e-9), every = Math.Max(1, (last - first + about) / about);
        return [.. Enumerable.Range(first, Math.Max(0, last - first + 1)).Where(power => power % every == 0 || last - first < about).Select(power => Math.Pow(10, power))];
    }

    private double[] Round(int about)
    {
        double raw = (High - Low) / about, power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        double step = power * (raw / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 };
        double first = Math.Ceiling(Low / step);
        return [.. Enumerable.Range(0, (int)Math.Clamp(Math.Floor(High / step) - first + 1, 0, 50)).Select(at => (first + at) * step)];
    }
}

using System.Runtime.InteropServices;

namespace TrainingGuards.Monitoring;

/// <summary>A straight line through numbers that follow each other, by least squares.</summary>
/// <param name="Slope">What it rises by from one number to the next.</param>
/// <param name="Deviations">The slope over its standard error; an infinity where all lie on the line.</param>
/// <param name="From">The line at the first number.</param>
/// <param name="To">The line at the last.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Trend(double Slope, double Deviations, double From, double To)
{
    /// <summary>The line through at least three numbers.</summary>
    public static Trend Of(IReadOnlyList<double> values)
    {
        var sums = new TrendSums();
        foreach (double value in values) sums.Add(value);
        return sums.Trend;
    }
}

using System.Runtime.InteropServices;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>A closed interval of real numbers, unbounded where an end is infinite.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct Interval(double low, double high)
{
    public static Interval All { get; } = new(double.NegativeInfinity, double.PositiveInfinity);

    public double Low { get; } = low;

    public double High { get; } = high;

    public static Interval AtLeast(double low) => new(low, double.PositiveInfinity);

    public static Interval AtMost(double high) => new(double.NegativeInfinity, high);

    public bool Contains(Interval other) => Low <= other.Low && other.High <= High;

    public Interval Or(Interval other) => new(Math.Min(Low, other.Low), Math.Max(High, other.High));

    /// <summary>Every sum of one number of each.</summary>
    public Interval Plus(Interval other) => new(Low + other.Low, High + other.High);

    /// <summary>Every number of it times <paramref name="factor"/>.</summary>
    public Interval Times(double factor) => factor >= 0 ? new(Scale(Low, factor), Scale(High, factor)) : new(Scale(High, factor), Scale(Low, factor));

    // 0 times infinity is 0 here, and there is but one zero.
    private static double Scale(double end, double factor) => factor == 0 ? 0 : (end * factor) + 0.0;
}

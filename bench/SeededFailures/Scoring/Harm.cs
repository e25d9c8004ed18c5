using System.Runtime.InteropServices;
using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;

namespace SeededFailures.Scoring;

/// <summary>What a failure does to the metric that its program reports, against the clean twin.</summary>
/// <param name="Sound">The twin's mean.</param>
/// <param name="Mutant">The mutant's mean.</param>
/// <param name="Probability">p of Welch's t test, two-sided.</param>
/// <param name="Effect">Cohen's d: how many pooled standard deviations the mutant lies below its twin.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Harm(double Sound, double Mutant, double Probability, double Effect)
{
    private const double Certain = 0.05, Noticeable = 0.5;

    /// <summary>Whether the metric is lower, certainly and noticeably.</summary>
    public bool Hurts => Probability < Certain && Effect >= Noticeable;

    /// <summary>Whether the metric is higher, certainly and noticeably.</summary>
    public bool Flatters => Probability < Certain && Effect <= -Noticeable;

    public static Harm Of(IReadOnlyList<double> sound, IReadOnlyList<double> mutant)
    {
        double a = sound.Mean(), b = mutant.Mean();
        double va = sound.Variance(), vb = mutant.Variance();
        if (va + vb == 0) return new(a, b, a == b ? 1 : 0, a == b ? 0 : double.PositiveInfinity * (a - b));
        double sa = va / sound.Count, sb = vb / mutant.Count;
        double freedom = (sa + sb) * (sa + sb) / ((sa * sa / (sound.Count - 1)) + (sb * sb / (mutant.Count - 1)));
        double t = (a - b) / Math.Sqrt(sa + sb);
        double pooled = Math.Sqrt((((sound.Count - 1) * va) + ((mutant.Count - 1) * vb)) / (sound.Count + mutant.Count - 2));
        return new(a, b, 2 * StudentT.CDF(0, 1, freedom, -Math.Abs(t)), (a - b) / pooled);
    }
}

using TrainingGuards.Monitoring;

namespace TrainingGuards.Fitting;

/// <summary>What a sweep over learning rates shows: where the loss falls steepest, and from where on it no longer falls but rises. Rates are powers of ten of the user's own.</summary>
/// <param name="Start">The loss before anything is learnt.</param>
/// <param name="Least">The least median of five losses before it rises.</param>
/// <param name="Noise">The standard deviation of a loss between batches.</param>
/// <param name="Steepest">log10 of the rate of the steepest fall, in units of the user's.</param>
/// <param name="Diverges">log10 of the rate from which on the loss rises; null where it does not within the sweep.</param>
/// <param name="Smoothed">The median of five losses at each step.</param>
internal sealed record RateResponse(double Start, double Least, double Noise, double Steepest, double? Diverges, IReadOnlyList<double> Smoothed)
{
    private const int Begin = 8, Half = 2;
    private const double Normal = 1.4826, Rise = 0.5, Many = 3;
    private const double Deviations = 2, Share = 0.05;

    /// <summary>How far the loss falls at best.</summary>
    public double Fall => Start - Least;

    /// <summary>What is more than noise: two of its deviations, and 5 % of the loss.</summary>
    public double LeastFall => Math.Max(Deviations * Noise, Share * Math.Abs(Start));

    /// <summary>Whether the loss falls by more than noise.</summary>
    public bool Falls => Fall >= LeastFall;

    /// <summary>How many steps at the user's own rate are as much, in rate times steps, as the sweep has made when the loss has fallen by a part of its fall.</summary>
    /// <param name="part">Of <see cref="Fall"/>.</param>
    /// <param name="steps">The steps of the whole sweep.</param>
    public double StepsToReach(double part, int steps)
    {
        double made = 0;
        for (int step = 0; step < Smoothed.Count; step++)
        {
            made += Math.Pow(10, RateSweep.DecadeOf(step, steps));
            if (Smoothed[step] <= Start - (part * Fall)) break;
        }
        return made;
    }

    public static RateResponse Of(IReadOnlyList<double> losses, int steps)
    {
        double[] finite = [.. losses.TakeWhile(double.IsFinite)];
        if (finite.Length <= Begin) return new(double.NaN, double.NaN, 0, RateSweep.DecadeOf(finite.Length, steps), RateSweep.DecadeOf(finite.Length, steps), finite);
        double[] smoothed = [.. Enumerable.Range(0, finite.Length).Select(k => SampleMedian.Of(finite[Math.Max(0, k - Half)..Math.Min(finite.Length, k + Half + 1)]))];
        double start = SampleMedian.Of(finite[..Begin]);
        double noise = Normal * SampleMedian.Of(Enumerable.Range(Begin + 1, 2 * Begin).Where(k => k < finite.Length).Select(k => Math.Abs(finite[k] - finite[k - 1])).DefaultIfEmpty(0)) / Math.Sqrt(2);

        // The step from which on the loss lies above where it began, by half of what it had fallen and by more than noise, and stays there.
        double least = smoothed.Min(), above = start + Math.Max(Rise * (start - least), Many * noise);
        int end = smoothed.Length;
        while (end > Begin && smoothed[end - 1] > above) end--;
        int window = Math.Max(4, (int)((steps - 1) / (2 * RateSweep.Decades)));
        double steepest = double.PositiveInfinity, at = 0;
        for (int from = 0; from + window <= end; from++)
        {
            double slope = Slope(smoothed.AsSpan(from, window));
            if (slope < steepest) (steepest, at) = (slope, from + ((window - 1) / 2.0));
        }
        double? diverges = end < smoothed.Length ? RateSweep.DecadeOf(end, steps) : finite.Length < losses.Count ? RateSweep.DecadeOf(finite.Length, steps) : null;
        return new(start, least, noise, RateSweep.DecadeOf(at, steps), diverges, smoothed);
    }

    private static double Slope(ReadOnlySpan<double> values)
    {
        double centre = (values.Length - 1) / 2.0, sum = 0;
        for (int k = 0; k < values.Length; k++) sum += (k - centre) * values[k];
        return sum;
    }
}

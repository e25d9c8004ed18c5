namespace TrainingGuards.Fitting;

/// <summary>Whether a series of losses falls.</summary>
internal static class LossTrend
{
    private const int Shortest = 16, Parts = 4;

    /// <summary>
    /// The Mann–Kendall statistic in standard deviations, ties allowed for (Mann, 1945; Kendall, 1975): of the whole, and of its first half, quarter and eighth, the lowest of these, since a loss that falls at once and then
    /// stays is hidden by what follows.
    /// </summary>
    public static double Fall(IReadOnlyList<double> losses)
    {
        double lowest = Z(losses, losses.Count);
        for (int count = losses.Count / 2; count >= Shortest && count >= losses.Count / 8; count /= 2) lowest = Math.Min(lowest, Z(losses, count));
        return lowest;
    }

    /// <summary>The same of the whole alone: above 0 where it rises.</summary>
    public static double Whole(IReadOnlyList<double> losses) => Z(losses, losses.Count);

    /// <summary>The mean of the first quarter less that of the last, and the standard error of the difference.</summary>
    public static (double First, double Last, double Error) Quarters(IReadOnlyList<double> losses)
    {
        int part = Math.Max(2, losses.Count / Parts);
        (double first, double firstError) = Mean([.. losses.Take(part)]);
        (double last, double lastError) = Mean([.. losses.TakeLast(part)]);
        return (first, last, Math.Sqrt((firstError * firstError) + (lastError * lastError)));
    }

    private static (double Mean, double Error) Mean(double[] values)
    {
        double mean = values.Average();
        return (mean, Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1) / values.Length));
    }

    private static double Z(IReadOnlyList<double> losses, int count)
    {
        long sum = 0;
        for (int i = 0; i < count; i++)
            for (int j = i + 1; j < count; j++) sum += Math.Sign(losses[j] - losses[i]);
        double n = count, ties = losses.Take(count).GroupBy(loss => loss).Sum(group => (double)group.Count() * (group.Count() - 1) * ((2 * group.Count()) + 5));
        double variance = ((n * (n - 1) * ((2 * n) + 5)) - ties) / 18;
        return variance > 0 ? (sum - Math.Sign(sum)) / Math.Sqrt(variance) : 0;
    }
}

namespace TrainingGuards.Decoding;

/// <summary>Whether the examples of a second epoch come in the order of the first.</summary>
/// <param name="Same">Whether they do.</param>
/// <param name="LogChance">The natural logarithm of the probability that they do by chance.</param>
/// <param name="Recognised">By what the examples were recognised, for messages.</param>
/// <param name="Examples">How many were compared.</param>
internal sealed record EpochOrder(bool Same, double LogChance, string Recognised, int Examples)
{
    /// <summary>ln 1e-9.</summary>
    private const double Certain = -20.7;

    /// <summary>Whether chance is excluded as the reason of an order that is the same.</summary>
    public bool Tells => LogChance < Certain;

    /// <summary>
    /// Of two epochs: by their inputs, or by their labels where no input is seen again, as after augmentation. A sequence of labels that repeats itself within an
    /// epoch is a pattern by which batches are built, and says nothing.
    /// </summary>
    /// <param name="first">The first epoch.</param>
    /// <param name="second">The second.</param>
    /// <param name="patterned">Whether label counts of batches are more even than chance: then the labels' order may be made on purpose.</param>
    public static EpochOrder Of(EpochRecord first, EpochRecord second, bool patterned)
    {
        int count = Math.Min(first.Hashes.Count, second.Hashes.Count);
        long[] one = [.. first.Hashes.Take(count)], two = [.. second.Hashes.Take(count)];
        if (one.ToHashSet().Overlaps(second.Hashes) || first.Labels.Count == 0 || patterned)
            return new(one.SequenceEqual(two), LogArrangements(one), "inputs", count);
        return ByLabels(first, second) ?? new(Same: false, LogArrangements(one), "inputs", count);
    }

    /// <summary>Of two epochs whose labels come in the same order, not one that repeats itself within an epoch; else null.</summary>
    public static EpochOrder? ByLabels(EpochRecord first, EpochRecord second)
    {
        int count = Math.Min(first.Hashes.Count, second.Hashes.Count);
        foreach ((LabelColumn early, LabelColumn late) in first.Labels.Zip(second.Labels))
        {
            double[] labels = [.. early.Values.Take(count)];
            if (!labels.SequenceEqual(late.Values.Take(count)) || IsPeriodic(labels)) continue;
            return new(Same: true, LogArrangements(labels), $"labels ({early.Name}; no input is seen twice)", count);
        }
        return null;
    }

    private static bool IsPeriodic(double[] values) => Enumerable.Range(1, values.Length / 2).Any(period =>
    {
        for (int i = period; i < values.Length; i++)
            if (values[i] != values[i - period]) return false;
        return true;
    });

    /// <summary>−ln of n!/(n₁!…n_k!), the number of orders that differ.</summary>
    private static double LogArrangements<T>(IReadOnlyList<T> items) where T : notnull =>
        items.GroupBy(item => item).Sum(group => LogFactorial(group.Count())) - LogFactorial(items.Count);

    private static double LogFactorial(int n)
    {
        double sum = 0;
        for (int i = 2; i <= n; i++) sum += Math.Log(i);
        return sum;
    }
}

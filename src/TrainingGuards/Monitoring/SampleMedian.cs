namespace TrainingGuards.Monitoring;

/// <summary>The median of a sample: the middle value, of an even number of values the mean of the two in the middle.</summary>
internal static class SampleMedian
{
    /// <summary>The median; NaN where there is no value.</summary>
    public static double Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values];
        Array.Sort(sorted);
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

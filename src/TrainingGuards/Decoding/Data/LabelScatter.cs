namespace TrainingGuards.Decoding;

/// <summary>How much the label counts of consecutive batches scatter, in units of what a random order gives: χ² of the table of batches and labels, over its degrees of freedom.</summary>
/// <param name="Ratio">χ²/df: about 1 for a random order, about the batch size for examples sorted by label, below 1 for batches that are balanced on purpose.</param>
/// <param name="Freedom">The degrees of freedom.</param>
/// <param name="Unit">How many examples of a label always come together; 1 where they come one by one.</param>
internal sealed record LabelScatter(double Ratio, int Freedom, int Unit)
{
    private const double Expected = 4, SmallestShare = 0.02;
    private const int SmallestGroup = 8;

    /// <summary>z of the ratio by the cube root of Wilson and Hilferty (1931): (χ²−df)/√(2df) has a heavy tail, 3.5e-4 beyond 5 for 10 degrees of freedom.</summary>
    public double Z => (Math.Cbrt(Ratio) - (1 - Spread)) / Math.Sqrt(Spread);

    /// <summary>The ratio that lies <paramref name="deviations"/> standard deviations above 1.</summary>
    public double At(double deviations) => Math.Pow(1 - Spread + (deviations * Math.Sqrt(Spread)), 3);

    private double Spread => 2.0 / (9 * Freedom);

    /// <summary>Of a column over batches of the given sizes; null where there are too few examples or batches, or one label.</summary>
    public static LabelScatter? Of(LabelColumn column, IReadOnlyList<int> sizes) =>
        Of(column, sizes, 1) is not { } single ? null
        : single.Ratio > 1 && UnitOf(column, sizes) is > 1 and var unit ? Of(column, sizes, unit)
        : single;

    /// <summary>How many batches have one label only, and how many are expected of a random order.</summary>
    public static (int Seen, double Expected, int First) OfOneLabel(LabelColumn column, IReadOnlyList<int> sizes)
    {
        double[] shares = [.. column.Values.GroupBy(value => value).Select(group => group.Count() / (double)column.Values.Count)];
        int seen = 0, first = -1, from = 0;
        double expected = 0;
        for (int k = 0; k < sizes.Count; from += sizes[k], k++)
        {
            if (sizes[k] < 2) continue;
            expected += shares.Sum(share => Math.Pow(share, sizes[k]));
            if (column.Values.Skip(from).Take(sizes[k]).Distinct().Count() > 1) continue;
            seen++;
            if (first < 0) first = k;
        }
        return (seen, expected, first);
    }

    /// <summary>The most events that a Poisson variable of mean <paramref name="expected"/> reaches but with a probability below that of five standard deviations.</summary>
    public static int MostByChance(double expected)
    {
        double term = Math.Exp(-expected), below = term;
        int most = 0;
        while (1 - below > 2.9e-7) below += term *= expected / ++most;
        return most;
    }

    private static LabelScatter? Of(LabelColumn column, IReadOnlyList<int> sizes, int unit)
    {
        int count = column.Values.Count;
        int[] groups = column.Groups(Math.Max(SmallestGroup, (int)(SmallestShare * count)));
        double[] shares = [.. groups.GroupBy(group => group).OrderBy(group => group.Key).Select(group => group.Count() / (double)count)];
        if (shares.Length < 2) return null;
        double enough = Expected * unit / shares.Min();
        List<int> blocks = Blocks(sizes, enough);
        if (blocks.Count < 3) return null;
        double chi = 0;
        int from = 0;
        foreach (int size in blocks)
        {
            var counts = new double[shares.Length];
            for (int i = from; i < from + size; i++) counts[groups[i]]++;
            for (int g = 0; g < shares.Length; g++)
            {
                double expected = shares[g] * size;
                chi += (counts[g] - expected) * (counts[g] - expected) / expected;
            }
            from += size;
        }
        int freedom = (blocks.Count - 1) * (shares.Length - 1);
        return new(chi / unit / freedom, freedom, unit);
    }

    // A sampler of P classes with K examples each, or one that repeats each example, draws K at a time: their label counts are all multiples of K.
    private static int UnitOf(LabelColumn column, IReadOnlyList<int> sizes)
    {
        int unit = 0, from = 0;
        foreach (int size in sizes)
        {
            int[] counts = [.. column.Values.Skip(from).Take(size).GroupBy(value => value).Select(group => group.Count())];
            if (counts.Length == 1) return 1;
            foreach (int count in counts) unit = Divisor(unit, count);
            from += size;
        }
        return Math.Max(1, unit);
    }

    private static int Divisor(int a, int b) => b == 0 ? a : Divisor(b, a % b);

    private static List<int> Blocks(IReadOnlyList<int> sizes, double enough)
    {
        var blocks = new List<int>();
        int held = 0;
        foreach (int size in sizes)
        {
            held += size;
            if (held < enough) continue;
            blocks.Add(held);
            held = 0;
        }
        if (held > 0 && blocks.Count > 0) blocks[^1] += held;
        return blocks;
    }
}

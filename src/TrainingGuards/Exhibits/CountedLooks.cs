namespace TrainingGuards.Exhibits;

/// <summary>Counts one number a look of each layer, in bins that are there from the start: what is kept does not grow with training.</summary>
/// <param name="quantity">What is counted.</param>
/// <param name="low">Where the first bin begins.</param>
/// <param name="high">Where the last bin ends.</param>
/// <param name="logarithmic">Whether bins are equal factors.</param>
internal sealed class CountedLooks(string quantity, double low, double high, bool logarithmic = true)
{
    private const int Bins = 60;

    private readonly Dictionary<string, long[]> _counts = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];

    /// <summary>Takes in a number of a layer.</summary>
    public void Add(string layer, double value)
    {
        if (!_counts.TryGetValue(layer, out long[]? counts))
        {
            _counts[layer] = counts = new long[Bins + 3];
            _order.Add(layer);
        }
        counts[Bin(value)]++;
    }

    /// <summary>A row a layer, as wide as what was counted and what it is compared with; none where nothing was.</summary>
    public IReadOnlyList<Histograms> Pictures(params Level[] levels)
    {
        int[] used = [.. Enumerable.Range(1, Bins).Where(bin => _counts.Values.Any(counts => counts[bin] > 0)), .. levels.Select(level => Bin(level.Value)).Where(bin => bin is > 0 and <= Bins)];
        if (_order.Count == 0 || used.Length == 0) return [];
        int first = Math.Max(1, used.Min() - 1), last = Math.Min(Bins, used.Max() + 1);
        return [new(quantity, "layer, over the looks", Edge(first - 1), Edge(last), [.. _order.Select(layer => Row(layer, _counts[layer], first, last))]) { IsLogarithmic = logarithmic, Levels = levels }];
    }

    private static Histogram Row(string layer, long[] counts, int first, int last) =>
        new(layer, counts[first..(last + 1)]) { Below = counts[0], Above = counts[Bins + 1], NotFinite = counts[Bins + 2] };

    private int Bin(double value)
    {
        if (!double.IsFinite(value)) return Bins + 2;
        if (value < low) return 0;
        if (value > high) return Bins + 1;
        double share = logarithmic ? Math.Log(value / low) / Math.Log(high / low) : (value - low) / (high - low);
        return 1 + Math.Min(Bins - 1, (int)(share * Bins));
    }

    private double Edge(int at) => logarithmic ? low * Math.Pow(high / low, (double)at / Bins) : low + ((high - low) * at / Bins);
}

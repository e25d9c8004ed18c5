using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Exhibits;

/// <summary>Counts numbers into bins where they are; only the counts are copied to the host.</summary>
internal static class BinnedValues
{
    public const int Bins = 40;

    // Where more are exactly 0, as after a ReLU, one bin would hide all others.
    private const double ManyZeros = 0.1;

    // The outermost tenth of a percent does not decide how wide a picture is.
    private const double Tail = 1e-3;

    /// <summary>Rows of numbers on one scale, wide enough for all but the outermost 0.1 % of each; null where none is finite.</summary>
    /// <param name="quantity">What is counted.</param>
    /// <param name="over">What the rows are.</param>
    /// <param name="rows">The numbers of each, of any shape.</param>
    /// <param name="logarithmic">Whether bins are equal factors; of each number its size is counted then, and 0 lies below.</param>
    /// <param name="range">Where the bins begin and end; null for what the numbers span.</param>
    public static Histograms? Of(string quantity, string over, IReadOnlyList<(string Name, Tensor Values)> rows, bool logarithmic = false, (double Low, double High)? range = null)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        (string Name, Tensor Values)[] flat = [.. rows.Where(row => row.Values.numel() > 0).Select(row => (row.Name, Prepared(row.Values, logarithmic)))];
        (double low, double high) = range is { } given ? (Scaled(given.Low, logarithmic), Scaled(given.High, logarithmic)) : Span(flat.Select(row => row.Values));
        if (!(high > low)) return null;
        Histogram[] counted = [.. flat.Select(row => Count(row.Name, row.Values, low, high, logarithmic))];
        double Value(double at) => logarithmic ? Math.Pow(10, at) : at;
        return new(quantity, over, Value(low), Value(high), counted) { IsLogarithmic = logarithmic };
    }

    /// <summary>Where all but the outermost 0.1 % of several rows of numbers lie; NaN where none is finite.</summary>
    public static (double Low, double High) Span(IEnumerable<Tensor> rows, bool logarithmic)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        (double low, double high) = Span(rows.Where(row => row.numel() > 0).Select(row => Prepared(row, logarithmic)));
        return logarithmic ? (Math.Pow(10, low), Math.Pow(10, high)) : (low, high);
    }

    private static double Scaled(double value, bool logarithmic) => logarithmic ? Math.Log10(value) : value;

    private static Tensor Prepared(Tensor values, bool logarithmic)
    {
        Tensor flat = values.detach().to(ScalarType.Float32).flatten();
        return logarithmic ? flat.abs().log10() : flat;
    }

    private static (double Low, double High) Span(IEnumerable<Tensor> rows)
    {
        var ends = new List<Tensor>();
        foreach (Tensor row in rows)
        {
            Tensor finite = row.masked_select(row.isfinite()).sort().Values;
            if (finite.numel() == 0) continue;
            long out1 = (long)(Tail * finite.numel());
            ends.Add(stack([finite[out1], finite[finite.numel() - 1 - out1]]));
        }
        if (ends.Count == 0) return (double.NaN, double.NaN);
        double[] numbers = HostNumbers.Of(stack(ends));
        double low = numbers.Min(), high = numbers.Max();
        // A constant stands in the middle of its picture.
        return high > low ? (low, high) : (low - Math.Max(0.5, Math.Abs(low) / 2), low + Math.Max(0.5, Math.Abs(low) / 2));
    }

    private static Histogram Count(string name, Tensor values, double low, double high, bool logarithmic)
    {
        // The logarithm of 0 is no fault: it lies below.
        Tensor none = values.isnan().logical_or(logarithmic ? values.isposinf() : values.isinf()), finite = values.masked_select(none.logical_not());
        // Bin 0 counts what lies below, the last one what lies above; rounding at the ends is theirs inside.
        double slack = 1e-6 * (high - low);
        Tensor bins = ((finite - low) / (high - low) * Bins).floor().clamp(0, Bins - 1).to(ScalarType.Int64) + 1;
        bins = bins.masked_fill(finite.lt(low - slack), 0).masked_fill(finite.gt(high + slack), Bins + 1);
        Tensor counts = zeros(Bins + 4, dtype: ScalarType.Float64, device: values.device);
        counts.index_add_(0, bins, ones_like(bins, dtype: ScalarType.Float64), 1);
        counts[Bins + 2] = none.sum().to(ScalarType.Float64);
        counts[Bins + 3] = values.eq(0).sum().to(ScalarType.Float64);
        long[] all = HostNumbers.Integers(counts);
        long apart = logarithmic || all[Bins + 3] <= ManyZeros * values.numel() ? 0 : all[Bins + 3];
        if (apart > 0) all[1 + Math.Clamp((int)Math.Floor((0 - low) / (high - low) * Bins), 0, Bins - 1)] -= apart;
        return new(name, all[1..(Bins + 1)]) { Zeros = apart, Below = all[0], Above = all[Bins + 1], NotFinite = all[Bins + 2] };
    }
}

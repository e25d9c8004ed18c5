using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>What one of the targets looks like, batch by batch: how many there are, how many count, the lowest and the highest and where they are.</summary>
/// <remarks>Six numbers a batch stay on the device of the data until the end.</remarks>
internal sealed class TargetRange(string name, long ignoreIndex) : IDisposable
{
    private readonly List<Tensor> _batches = [];
    private readonly List<long> _sizes = [];
    private double[][]? _rows;

    /// <summary>The target in the user's words.</summary>
    public string Name { get; } = name;

    /// <summary>Whether it holds integers.</summary>
    public bool IsInteger { get; private set; }

    /// <summary>The first batch whose target does not count the examples, with both sizes; null where there is none.</summary>
    public (int Batch, long Inputs, string Target)? Mismatch { get; private set; }

    /// <summary>How many examples have no target, or targets no example.</summary>
    public long Missing { get; private set; }

    /// <summary>How many numbers were read.</summary>
    public double Count => Rows.Sum(row => row[5]);

    /// <summary>How many of them are NaN or infinite.</summary>
    public double NotFinite => Rows.Sum(row => row[0]);

    /// <summary>The first batch with such a number.</summary>
    public int FirstNotFinite => Array.FindIndex(Rows, row => row[0] > 0);

    /// <summary>The batch with the fewest targets that count, and how many those are.</summary>
    public (int Batch, double Count) Fewest => Rows.Select((row, batch) => (batch, row[1])).MinBy(row => row.Item2);

    /// <summary>The lowest target that counts, and where it is.</summary>
    public (double Value, string Where) Lowest => At(Real.MinBy(row => row.Row[2]), value: 2, position: 3);

    /// <summary>The highest target that counts, and where it is.</summary>
    public (double Value, string Where) Highest => At(Real.MaxBy(row => row.Row[4]), value: 4, position: 6);

    /// <summary>Whether any target counts.</summary>
    public bool HasReal => Real.Any();

    private double[][] Rows
    {
        get
        {
            using var scope = NewDisposeScope();
            return _rows ??= [.. _batches.Select(HostNumbers.Of)];
        }
    }

    private IEnumerable<(double[] Row, int Batch)> Real => Rows.Select((row, batch) => (row, batch)).Where(row => row.row[1] > 0);

    public void See(Tensor target, long size)
    {
        long examples = target.dim() == 0 ? 0 : target.shape[0];
        if (examples != size)
        {
            Missing += Math.Abs(size - examples);
            Mismatch ??= (_sizes.Count, size, Reporting.ShapeText.Of(target));
        }
        IsInteger = !target.is_floating_point();
        _sizes.Add(Math.Max(1, target.numel() / Math.Max(1, examples)));
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        Tensor values = target.detach().flatten().to(ScalarType.Float64);
        Tensor finite = values.isfinite(), counts = IsInteger ? values.ne(ignoreIndex) : finite;
        Tensor empty = zeros(1, dtype: ScalarType.Float64, device: values.device);
        // One more number behind the last keeps an extremum of nothing from throwing.
        Tensor low = cat([values.masked_fill(counts.logical_not(), double.MaxValue), empty + double.MaxValue]);
        Tensor high = cat([values.masked_fill(counts.logical_not(), double.MinValue), empty + double.MinValue]);
        Tensor Number(Tensor one) => one.to(ScalarType.Float64).reshape(1);
        _batches.Add(cat(
        [
            Number(finite.logical_not().sum()), Number(counts.sum()), Number(low.min()), Number(low.argmin()), Number(high.max()),
            empty + values.numel(), Number(high.argmax()),
        ]).DetachFromDisposeScope());
    }

    public void Dispose() => _batches.ForEach(batch => batch.Dispose());

    private (double, string) At((double[] Row, int Batch) found, int value, int position) =>
        (found.Row[value], $"in batch {Reporting.Numbers.Text(found.Batch)}, example {Reporting.Numbers.Text(Math.Floor(found.Row[position] / _sizes[found.Batch]))}");
}

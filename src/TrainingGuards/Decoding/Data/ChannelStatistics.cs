using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Mean, standard deviation and range of each channel of one input, in one pass over its batches; computed where the data is.</summary>
/// <remarks>
/// The channel of a table is its column; of tensors of more dimensions it is the smaller of the second and the last, where that has at most 16 places or the dimensions
/// are three, else all numbers are one channel. Examples, not numbers, are what is independent: errors are those of the means of examples.
/// </remarks>
internal sealed class ChannelStatistics(string name) : IDisposable
{
    private const int MostPlaces = 16;

    private Tensor? _sums, _low, _high;
    private bool _isTable;
    private double[][]? _numbers;

    /// <summary>The input in the user's words.</summary>
    public string Name { get; } = name;

    /// <summary>How many examples were seen.</summary>
    public long Examples { get; private set; }

    /// <summary>How many channels there are.</summary>
    public int Channels => (int)_low!.numel();

    /// <summary>The dimension that counts the channels; null where there is one channel of all numbers.</summary>
    public long? Dimension { get; private set; }

    /// <summary>How many numbers of each channel are NaN or infinite; they are left out of the rest.</summary>
    public double NotFinite(int channel) => Sums[5][channel];

    /// <summary>The mean of a channel.</summary>
    public double Mean(int channel) => Sums[1][channel] / Sums[0][channel];

    /// <summary>The standard deviation of a channel.</summary>
    public double Deviation(int channel) => Math.Sqrt(Math.Max(0, (Sums[2][channel] / Sums[0][channel]) - (Mean(channel) * Mean(channel))));

    /// <summary>The mean of the squares of a channel.</summary>
    public double Power(int channel) => Sums[2][channel] / Sums[0][channel];

    /// <summary>The standard error of the mean of a channel, from how far the means of examples are apart.</summary>
    public double ErrorOfMean(int channel) => Error(channel, sum: 6, squares: 3);

    /// <summary>The standard error of the mean of the squares.</summary>
    public double ErrorOfPower(int channel) => Error(channel, sum: 7, squares: 4);

    /// <summary>The lowest number of a channel.</summary>
    public double Lowest(int channel) => Sums[8][channel];

    /// <summary>The highest number of a channel.</summary>
    public double Highest(int channel) => Sums[9][channel];

    private double[][] Sums => _numbers ??= Read();

    /// <summary>The channel in the user's coordinates: <c>in channel 2 of input</c>.</summary>
    public string At(int channel) =>
        Channels == 1 ? $"in {Name}" : $"in {(_isTable ? "column" : "channel")} {Reporting.Numbers.Text(channel)} of {Name}";

    /// <summary>Adds a batch; false where its channels are not those of the batches before.</summary>
    public bool See(Tensor input)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        long? dimension = ChannelOf(input.shape);
        Tensor values = input.detach().to(ScalarType.Float64);
        Tensor rows = dimension is { } at ? values.movedim([at], [1L]).reshape(input.shape[0], input.shape[at], -1) : values.reshape(input.shape[0], 1, -1);
        if (_low is not null && _low.numel() != rows.shape[1]) return false;
        Dimension = dimension;
        Tensor finite = rows.isfinite(), numbers = rows.nan_to_num(0, 0, 0), squares = numbers.square();
        Tensor low = rows.masked_fill(finite.logical_not(), double.MaxValue).amin([0L, 2L]), high = rows.masked_fill(finite.logical_not(), double.MinValue).amax([0L, 2L]);
        Tensor mean = numbers.mean([2L]), power = squares.mean([2L]);
        Tensor count = finite.to(ScalarType.Float64).sum([0L, 2L]), all = full_like(count, rows.shape[0] * rows.shape[2]);
        Tensor sums = stack([count, numbers.sum([0L, 2L]), squares.sum([0L, 2L]), mean.square().sum([0L]), power.square().sum([0L]), all - count, mean.sum([0L]), power.sum([0L])]);
        Replace(ref _low, _low is null ? low : _low.minimum(low));
        Replace(ref _high, _high is null ? high : _high.maximum(high));
        Replace(ref _sums, _sums is null ? sums : _sums + sums);
        _isTable = input.dim() == 2;
        Examples += input.shape[0];
        return true;
    }

    public void Dispose()
    {
        _sums?.Dispose();
        _low?.Dispose();
        _high?.Dispose();
    }

    private static long? ChannelOf(long[] shape)
    {
        if (shape.Length == 2) return 1;
        if (shape.Length < 3) return null;
        long at = shape[^1] < shape[1] ? shape.Length - 1 : 1;
        return shape[at] <= MostPlaces || (shape.Length == 3 && shape[1] != shape[2]) ? at : null;
    }

    private static void Replace(ref Tensor? kept, Tensor now)
    {
        kept?.Dispose();
        kept = now.DetachFromDisposeScope();
    }

    private double[][] Read()
    {
        using var scope = NewDisposeScope();
        Tensor all = cat([_sums!, stack([_low!, _high!])]);
        double[] flat = HostNumbers.Of(all);
        return [.. Enumerable.Range(0, (int)all.shape[0]).Select(row => flat[(row * Channels)..((row + 1) * Channels)])];
    }

    private double Error(int channel, int sum, int squares)
    {
        double mean = Sums[sum][channel] / Examples, variance = (Sums[squares][channel] / Examples) - (mean * mean);
        return Math.Sqrt(Math.Max(0, variance) / Examples);
    }
}

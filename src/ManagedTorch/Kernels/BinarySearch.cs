using System.Numerics;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Where values belong in ordered lines: before their equals, or behind them.</summary>
internal static class BinarySearch
{
    /// <param name="lines">One line for all values, or one for each row of them; in order, or by <paramref name="sorter"/>.</param>
    internal static Tensor Find(Tensor lines, Tensor values, bool behind, Tensor? sorter)
    {
        using Temporaries own = Temporaries.Enter();
        if (sorter is not null) lines = lines.detach().gather(-1, sorter);
        bool shared = lines.Rank == 1;
        if (lines.Rank == 0 || (!shared && (lines.Rank != values.Rank || !lines.Sizes.AsSpan()[..^1].SequenceEqual(values.Sizes.AsSpan()[..^1]))))
            throw TorchError.Of($"searchsorted takes one ordered line, or one for each row of the values: {Shapes.Text(lines.Sizes)} does not go with {Shapes.Text(values.Sizes)}.");
        Devices.RequireOne(lines, values);
        ScalarType type = ScalarTypes.IsFloating(ScalarTypes.Promote(lines.dtype, values.dtype)) ? ScalarType.Float64 : ScalarType.Int64;
        Tensor places = Pointwise.Fresh(values.Sizes, ScalarType.Int64, values.device);
        (lines, values) = (lines.AsDtype(type).Packed(), values.AsDtype(type).Packed());
        int row = shared ? Math.Max((int)values.numel(), 1) : (int)values.Sizes[^1];
        if (type == ScalarType.Float64) Run<double>(lines, values, places, row, behind);
        else Run<long>(lines, values, places, row, behind);
        return own.Keep(places);
    }

    private static void Run<T>(Tensor lines, Tensor values, Tensor places, int row, bool behind) where T : unmanaged, INumber<T> =>
        Work.For((int)values.numel(), 1024, (from, to) =>
        {
            ReadOnlySpan<T> sorted = lines.Flat<T>();
            ReadOnlySpan<T> wanted = values.Flat<T>();
            Span<long> found = places.Flat<long>();
            int length = (int)lines.Sizes[^1];
            for (int i = from; i < to; i++)
            {
                ReadOnlySpan<T> line = sorted.Slice(i / row * length, length);
                int low = 0, high = length;
                while (low < high)
                {
                    int middle = (low + high) / 2;
                    if (behind ? line[middle] <= wanted[i] : line[middle] < wanted[i]) low = middle + 1;
                    else high = middle;
                }
                found[i] = low;
            }
        });
}

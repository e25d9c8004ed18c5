using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>
/// Walks operands of one shape and any strides: dimensions that lie together in every operand are merged, the innermost one
/// is what kernels get as spans, the others are counted.
/// </summary>
internal sealed class StridedLoop
{
    /// <summary>Elements a kernel gets at once: several operands of it fit the first-level cache.</summary>
    internal const int Chunk = 2048;

    // Below this many elements a second core costs more than it brings.
    private const int ElementsPerTask = 32768;

    private readonly long[] sizes;
    private readonly long[][] strides;

    internal StridedLoop(ReadOnlySpan<long> shape, params long[][] operands)
    {
        var mergedSizes = new List<long>();
        var merged = Array.ConvertAll(operands, _ => new List<long>());
        for (int d = 0; d < shape.Length; d++)
        {
            if (shape[d] == 1) continue;
            bool joins = mergedSizes.Count > 0;
            for (int o = 0; joins && o < operands.Length; o++) joins = merged[o][^1] == operands[o][d] * shape[d];
            if (joins) mergedSizes[^1] *= shape[d];
            else mergedSizes.Add(shape[d]);
            for (int o = 0; o < operands.Length; o++)
            {
                if (joins) merged[o][^1] = operands[o][d];
                else merged[o].Add(operands[o][d]);
            }
        }
        if (mergedSizes.Count == 0)
        {
            mergedSizes.Add(1);
            foreach (List<long> operand in merged) operand.Add(1);
        }
        sizes = [.. mergedSizes];
        strides = Array.ConvertAll(merged, m => m.ToArray());
    }

    internal delegate void Run(ReadOnlySpan<long> offsets, int count);

    /// <summary>The innermost stride of an operand.</summary>
    internal long Inner(int operand) => strides[operand][^1];

    /// <summary>Calls what <paramref name="start"/> makes for each worker with the operands' offsets and a number of elements, over everything once.</summary>
    /// <param name="parallel">False where what is written for one element may be written for another, too.</param>
    internal void For(Func<Run> start, bool parallel = true)
    {
        long inner = sizes[^1];
        long outer = Shapes.Count(sizes.AsSpan()[..^1]);
        if (inner == 0 || outer == 0) return;
        long pieces = (inner + Chunk - 1) / Chunk;
        long perPiece = Math.Min(inner, Chunk);
        Work.For(checked((int)(outer * pieces)), parallel ? (int)Math.Max(ElementsPerTask / perPiece, 1) : int.MaxValue, (from, to) =>
        {
            Run run = start();
            Span<long> offsets = stackalloc long[strides.Length];
            for (long item = from; item < to; item++)
            {
                long first = item % pieces * Chunk;
                Offsets(item / pieces, first, offsets);
                run(offsets, (int)Math.Min(Chunk, inner - first));
            }
        });
    }

    private void Offsets(long row, long column, Span<long> offsets)
    {
        for (int o = 0; o < offsets.Length; o++) offsets[o] = column * strides[o][^1];
        for (int d = sizes.Length - 2; d >= 0 && row > 0; d--)
        {
            (row, long index) = Math.DivRem(row, sizes[d]);
            for (int o = 0; o < offsets.Length; o++) offsets[o] += index * strides[o][d];
        }
    }
}

using System.Numerics;
using static TorchSharp.torch;

namespace TorchSharp;

internal interface IReducer
{
    /// <summary>One line of elements to one.</summary>
    T Line<T>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T>;

    /// <summary>Many lines at once: what was reduced so far with the next element of each.</summary>
    void Next<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, INumber<T>;
}

internal readonly struct Sum : IReducer
{
    // Pieces small enough that their error stays below that of the elements, summed in a double.
    private const int Piece = 1024;

    public T Line<T>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T>
    {
        if (typeof(T) != typeof(float) || x.Length <= Piece) return TensorPrimitives.Sum(x);
        double sum = 0;
        for (; x.Length > Piece; x = x[Piece..]) sum += double.CreateTruncating(TensorPrimitives.Sum(x[..Piece]));
        return T.CreateTruncating(sum + double.CreateTruncating(TensorPrimitives.Sum(x)));
    }

    public void Next<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, INumber<T> => TensorPrimitives.Add(y, x, y);
}

internal readonly struct Product : IReducer
{
    public T Line<T>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T> => x.IsEmpty ? T.One : TensorPrimitives.Product(x);

    public void Next<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, INumber<T> => TensorPrimitives.Multiply(y, x, y);
}

internal readonly struct Largest : IReducer
{
    public T Line<T>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T> => TensorPrimitives.Max(x);

    public void Next<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, INumber<T> => TensorPrimitives.Max(y, x, y);
}

/// <summary>Whether anything of it is true; nothing of nothing is.</summary>
internal readonly struct AnyTrue : IReducer
{
    public T Line<T>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T> => x.IsEmpty ? T.Zero : TensorPrimitives.Max(x);

    public void Next<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, INumber<T> => TensorPrimitives.Max(y, x, y);
}

internal readonly struct Smallest : IReducer
{
    public T Line<T>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T> => TensorPrimitives.Min(x);

    public void Next<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, INumber<T> => TensorPrimitives.Min(y, x, y);
}

/// <summary>Reductions over dimensions. A tensor is brought to [outer, length, inner] and reduced over its middle.</summary>
internal static class Reductions
{
    private const int ElementsPerTask = 32768;

    /// <summary>Calls with a contiguous tensor of [outer, length, inner] that has the reduced dimensions in its middle.</summary>
    internal static void Lines(Tensor x, int[] dims, Action<Tensor, int, int, int> reduce)
    {
        using Temporaries own = Temporaries.Enter();
        using var mode = new GradMode(enabled: false);
        int[] reduced = [.. dims.Order()];
        bool together = reduced.Length == 0 || reduced[^1] - reduced[0] == reduced.Length - 1;
        int[] kept = [.. Enumerable.Range(0, x.Rank).Except(reduced)];
        Tensor packed = together
            ? x.IsContiguousRowMajor ? x : x.Packed()
            : x.permute([.. kept.Concat(reduced).Select(d => (long)d)]).Packed();
        long length = reduced.Aggregate(1L, (n, d) => n * x.Sizes[d]);
        long inner = together && reduced.Length > 0 ? Shapes.Count(x.Sizes.AsSpan(reduced[^1] + 1)) : 1;
        long outer = kept.Aggregate(1L, (n, d) => n * x.Sizes[d]) / Math.Max(inner, 1);
        reduce(packed, checked((int)outer), checked((int)length), checked((int)inner));
    }

    internal static long[] Sizes(Tensor x, int[] dims, bool keepdim) => keepdim
        ? [.. x.Sizes.Select((size, d) => dims.Contains(d) ? 1 : size)]
        : [.. x.Sizes.Where((_, d) => !dims.Contains(d))];

    internal static Tensor Reduce<TOp>(TOp op, Tensor x, int[] dims, bool keepdim) where TOp : struct, IReducer
    {
        if (ScalarTypes.IsNarrow(x.dtype)) return Casting.ByWayOfSingle(x, wide => Reduce(op, wide, dims, keepdim));
        Tensor y = Pointwise.Fresh(Sizes(x, dims, keepdim), x.dtype, x.device);
        Lines(x, dims, (packed, outer, length, inner) =>
        {
            switch (x.dtype)
            {
                case ScalarType.Float32: Run<TOp, float>(op, packed, y, outer, length, inner); break;
                case ScalarType.Float64: Run<TOp, double>(op, packed, y, outer, length, inner); break;
                case ScalarType.Int64: Run<TOp, long>(op, packed, y, outer, length, inner); break;
                case ScalarType.Int32: Run<TOp, int>(op, packed, y, outer, length, inner); break;
                case ScalarType.Int16: Run<TOp, short>(op, packed, y, outer, length, inner); break;
                case ScalarType.Int8: Run<TOp, sbyte>(op, packed, y, outer, length, inner); break;
                default: Run<TOp, byte>(op, packed, y, outer, length, inner); break;
            }
        });
        return y;
    }

    /// <summary>Each line with each position: for what goes along a dimension without shortening it.</summary>
    internal static void Along(int outer, int length, int inner, Action<int, int> line) => Work.For(outer * inner, Math.Max(ElementsPerTask / Math.Max(length, 1), 1), (from, to) =>
    {
        for (int i = from; i < to; i++) line(i / inner * length * inner + (i % inner), i);
    });

    private static void Run<TOp, T>(TOp op, Tensor x, Tensor y, int outer, int length, int inner)
        where TOp : struct, IReducer
        where T : unmanaged, INumber<T>
    {
        if (inner == 1)
        {
            if (outer == 1)
            {
                y.Flat<T>()[0] = Whole<TOp, T>(op, x, length);
                return;
            }
            Work.For(outer, Math.Max(ElementsPerTask / Math.Max(length, 1), 1), (from, to) =>
            {
                ReadOnlySpan<T> source = x.Flat<T>();
                Span<T> target = y.Flat<T>();
                for (int i = from; i < to; i++) target[i] = op.Line(source.Slice(i * length, length));
            });
            return;
        }
        // Columns are cut so that a single block of rows, too, is for all cores.
        int columns = Math.Min(inner, 1024);
        int pieces = (inner + columns - 1) / columns;
        Work.For(outer * pieces, Math.Max(ElementsPerTask / Math.Max(length * columns, 1), 1), (from, to) =>
        {
            ReadOnlySpan<T> source = x.Flat<T>();
            Span<T> target = y.Flat<T>();
            for (int piece = from; piece < to; piece++)
            {
                int block = piece / pieces;
                int first = piece % pieces * columns;
                int width = Math.Min(columns, inner - first);
                Span<T> reduced = target.Slice((block * inner) + first, width);
                if (length == 0)
                {
                    reduced.Fill(op.Line<T>([]));
                    continue;
                }
                source.Slice((block * length * inner) + first, width).CopyTo(reduced);
                for (int i = 1; i < length; i++) op.Next(source.Slice((((block * length) + i) * inner) + first, width), reduced);
            }
        });
    }

    private static T Whole<TOp, T>(TOp op, Tensor x, int length)
        where TOp : struct, IReducer
        where T : unmanaged, INumber<T>
    {
        if (length <= ElementsPerTask) return op.Line<T>(x.Flat<T>()[..length]);
        var parts = new T[(length + ElementsPerTask - 1) / ElementsPerTask];
        Work.For(parts.Length, 1, (from, to) =>
        {
            for (int i = from; i < to; i++) parts[i] = op.Line<T>(x.Flat<T>().Slice(i * ElementsPerTask, Math.Min(ElementsPerTask, length - (i * ElementsPerTask))));
        });
        return op.Line<T>(parts);
    }
}

using System.Numerics;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Reading and writing at positions that another tensor gives.</summary>
internal static class Indexing
{
    internal static void Gather(Tensor x, int dim, Tensor index, Tensor y)
    {
        switch (ScalarTypes.SizeOf(x.dtype))
        {
            case 8: Gather<ulong>(x, dim, index, y); break;
            case 4: Gather<uint>(x, dim, index, y); break;
            case 2: Gather<ushort>(x, dim, index, y); break;
            default: Gather<byte>(x, dim, index, y); break;
        }
    }

    /// <summary>Adds, or writes, the elements of a source to where the index says in y.</summary>
    internal static void Scatter(Tensor y, int dim, Tensor index, Tensor source, bool add)
    {
        switch (y.dtype)
        {
            case ScalarType.Float32: Scatter<float>(y, dim, index, source, add); break;
            case ScalarType.Float64: Scatter<double>(y, dim, index, source, add); break;
            case ScalarType.Int64: Scatter<long>(y, dim, index, source, add); break;
            case ScalarType.Int32: Scatter<int>(y, dim, index, source, add); break;
            case ScalarType.Int16: Scatter<short>(y, dim, index, source, add); break;
            case ScalarType.Int8: Scatter<sbyte>(y, dim, index, source, add); break;
            case ScalarType.Float16 or ScalarType.BFloat16: ScatterWidened(y, dim, index, source, add); break;
            default: Scatter<byte>(y, dim, index, source, add); break;
        }
    }

    // Sums are rounded once, when all is added.
    private static void ScatterWidened(Tensor y, int dim, Tensor index, Tensor source, bool add)
    {
        using Temporaries own = Temporaries.Enter();
        Tensor wide = y.Widened();
        Scatter(wide, dim, index, source.Widened(), add);
        Casting.Copy(wide, y);
    }

    private static void Gather<T>(Tensor x, int dim, Tensor index, Tensor y) where T : unmanaged
    {
        (StridedLoop loop, long step, long size) = Plan(x, dim, index, y);
        loop.For(() => (offsets, count) =>
        {
            ReadOnlySpan<T> source = x.BitsFromOffset<T>();
            ReadOnlySpan<long> at = index.FromOffset<long>();
            Span<T> target = y.BitsFromOffset<T>();
            for (int i = 0; i < count; i++)
            {
                long position = Wrapped(at[(int)(offsets[1] + (i * loop.Inner(1)))], size, dim);
                target[(int)(offsets[2] + (i * loop.Inner(2)))] = source[(int)(offsets[0] + (i * loop.Inner(0)) + (position * step))];
            }
        });
    }

    private static void Scatter<T>(Tensor y, int dim, Tensor index, Tensor source, bool add) where T : unmanaged, INumber<T>
    {
        (StridedLoop loop, long step, long size) = Plan(y, dim, index, source);
        loop.For(() => (offsets, count) =>
        {
            Span<T> target = y.FromOffset<T>();
            ReadOnlySpan<long> at = index.FromOffset<long>();
            ReadOnlySpan<T> from = source.FromOffset<T>();
            for (int i = 0; i < count; i++)
            {
                long position = Wrapped(at[(int)(offsets[1] + (i * loop.Inner(1)))], size, dim);
                ref T element = ref target[(int)(offsets[0] + (i * loop.Inner(0)) + (position * step))];
                T value = from[(int)(offsets[2] + (i * loop.Inner(2)))];
                element = add ? element + value : value;
            }
        }, parallel: false);
    }

    // Over the index: the indexed operand stands still along its dimension, and the position moves it there.
    private static (StridedLoop Loop, long Step, long Size) Plan(Tensor indexed, int dim, Tensor index, Tensor other)
    {
        var strides = (long[])indexed.Strides.Clone();
        long step = indexed.Rank == 0 ? 1 : strides[dim];
        if (indexed.Rank > 0) strides[dim] = 0;
        return (new StridedLoop(index.Sizes, strides, index.Strides, other.Strides), step, indexed.Rank == 0 ? 1 : indexed.Sizes[dim]);
    }

    internal static long Wrapped(long position, long size, int dim) => position >= 0 && position < size
        ? position
        : throw TorchError.Of($"index {position} is out of bounds for dimension {dim} with size {size}");
}

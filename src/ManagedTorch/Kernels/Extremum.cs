using System.Numerics;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Where in each line the largest or smallest element lies: the first of equals, and NaN above all.</summary>
internal static class Extremum
{
    internal static (Tensor Values, Tensor Indices) Find(Tensor x, int dim, bool keepdim, bool largest)
    {
        if (ScalarTypes.IsNarrow(x.dtype))
        {
            using Temporaries own = Temporaries.Enter();
            (Tensor wide, Tensor places) = Find(x.Widened(), dim, keepdim, largest);
            return (own.Keep(wide.AsDtype(x.dtype)), own.Keep(places));
        }
        int[] dims = x.Rank == 0 ? [] : [dim];
        if (x.numel() == 0) throw TorchError.Of($"max(): Expected reduction dim {dim} to have non-zero size. Tensor of shape {Shapes.Text(x.Sizes)}");
        long[] sizes = Reductions.Sizes(x, dims, keepdim);
        Tensor values = Pointwise.Fresh(sizes, x.dtype, x.device);
        Tensor indices = Pointwise.Fresh(sizes, ScalarType.Int64, x.device);
        Reductions.Lines(x, dims, (packed, outer, length, inner) =>
        {
            switch (x.dtype)
            {
                case ScalarType.Float32: Run<float>(packed, values, indices, outer, length, inner, largest); break;
                case ScalarType.Float64: Run<double>(packed, values, indices, outer, length, inner, largest); break;
                case ScalarType.Int64: Run<long>(packed, values, indices, outer, length, inner, largest); break;
                case ScalarType.Int32: Run<int>(packed, values, indices, outer, length, inner, largest); break;
                case ScalarType.Int16: Run<short>(packed, values, indices, outer, length, inner, largest); break;
                case ScalarType.Int8: Run<sbyte>(packed, values, indices, outer, length, inner, largest); break;
                default: Run<byte>(packed, values, indices, outer, length, inner, largest); break;
            }
        });
        return (values, indices);
    }

    private static void Run<T>(Tensor x, Tensor values, Tensor indices, int outer, int length, int inner, bool largest) where T : unmanaged, INumber<T> =>
        Reductions.Along(outer, length, inner, (start, line) =>
        {
            ReadOnlySpan<T> source = x.Flat<T>();
            T best = source[start];
            int at = 0;
            for (int i = 1; i < length && !T.IsNaN(best); i++)
            {
                T candidate = source[start + (i * inner)];
                bool better = T.IsNaN(candidate) || (largest ? candidate > best : candidate < best);
                if (!better) continue;
                best = candidate;
                at = i;
            }
            values.Flat<T>()[line] = best;
            indices.Flat<long>()[line] = at;
        });
}

using System.Numerics;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>The largest or smallest so far along a dimension, and where: the last of equals. NaN stays, once it is met.</summary>
internal static class RunningExtremum
{
    internal static (Tensor Values, Tensor Indices) Run(Tensor x, int dim, bool largest)
    {
        Tensor values = Pointwise.Fresh(x.Sizes, x.dtype, x.device);
        Tensor indices = Pointwise.Fresh(x.Sizes, ScalarType.Int64, x.device);
        Reductions.Lines(x, x.Rank == 0 ? [] : [dim], (packed, outer, length, inner) =>
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
        Reductions.Along(outer, length, inner, (start, _) =>
        {
            ReadOnlySpan<T> source = x.Flat<T>();
            Span<T> extremes = values.Flat<T>();
            Span<long> places = indices.Flat<long>();
            (T best, long place) = (source[start], 0);
            for (int i = 0, at = start; i < length; i++, at += inner)
            {
                T next = source[at];
                if (T.IsNaN(next) || (!T.IsNaN(best) && (largest ? next >= best : next <= best))) (best, place) = (next, i);
                (extremes[at], places[at]) = (best, place);
            }
        });
}

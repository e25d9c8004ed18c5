using System.Numerics;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Running sums and products along a dimension.</summary>
internal static class Scan
{
    internal static Tensor Run(Tensor x, int dim, bool product)
    {
        if (ScalarTypes.IsNarrow(x.dtype)) return Casting.ByWayOfSingle(x, wide => Run(wide, dim, product));
        Tensor y = Pointwise.Fresh(x.Sizes, x.dtype, x.device);
        Reductions.Lines(x, x.Rank == 0 ? [] : [dim], (packed, outer, length, inner) =>
        {
            switch (x.dtype)
            {
                case ScalarType.Float32: Run<float>(packed, y, outer, length, inner, product); break;
                case ScalarType.Float64: Run<double>(packed, y, outer, length, inner, product); break;
                case ScalarType.Int64: Run<long>(packed, y, outer, length, inner, product); break;
                case ScalarType.Int32: Run<int>(packed, y, outer, length, inner, product); break;
                case ScalarType.Int16: Run<short>(packed, y, outer, length, inner, product); break;
                case ScalarType.Int8: Run<sbyte>(packed, y, outer, length, inner, product); break;
                default: Run<byte>(packed, y, outer, length, inner, product); break;
            }
        });
        return y;
    }

    private static void Run<T>(Tensor x, Tensor y, int outer, int length, int inner, bool product) where T : unmanaged, INumber<T> =>
        Reductions.Along(outer, length, inner, (start, _) =>
        {
            ReadOnlySpan<T> source = x.Flat<T>();
            Span<T> target = y.Flat<T>();
            T running = product ? T.One : T.Zero;
            for (int i = 0, at = start; i < length; i++, at += inner)
            {
                running = product ? running * source[at] : running + source[at];
                target[at] = running;
            }
        });
}

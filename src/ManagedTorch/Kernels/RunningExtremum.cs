using System.Numerics;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Where the largest or smallest so far is along a dimension: the last of equals, and NaN from the first one on.</summary>
internal static class RunningExtremum
{
    internal static Tensor Places(Tensor x, int dim, bool largest)
    {
        using Temporaries own = Temporaries.Enter();
        Tensor places = Pointwise.Fresh(x.Sizes, ScalarType.Int64, x.device);
        // Each type goes into one of these two without loss.
        x = x.AsDtype(x.IsFloating ? ScalarType.Float64 : ScalarType.Int64);
        Reductions.Lines(x, x.Rank == 0 ? [] : [dim], (packed, outer, length, inner) =>
        {
            if (x.IsFloating) Run<double>(packed, places, outer, length, inner, largest);
            else Run<long>(packed, places, outer, length, inner, largest);
        });
        return own.Keep(places);
    }

    private static void Run<T>(Tensor x, Tensor places, int outer, int length, int inner, bool largest) where T : unmanaged, INumber<T> =>
        Reductions.Along(outer, length, inner, (start, _) =>
        {
            ReadOnlySpan<T> source = x.Flat<T>();
            Span<long> found = places.Flat<long>();
            int best = 0;
            for (int i = 0; i < length; i++)
            {
                T next = source[start + (i * inner)], so = source[start + (best * inner)];
                if (T.IsNaN(next) || (!T.IsNaN(so) && (largest ? next >= so : next <= so))) best = i;
                found[start + (i * inner)] = best;
            }
        });
}

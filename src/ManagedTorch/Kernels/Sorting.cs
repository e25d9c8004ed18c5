using System.Numerics;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Orders lines stably; NaN counts as the largest.</summary>
internal static class Sorting
{
    internal static (Tensor Values, Tensor Indices) Sort(Tensor x, int dim, bool descending)
    {
        using Temporaries own = Temporaries.Enter();
        if (ScalarTypes.IsNarrow(x.dtype))
        {
            (Tensor wide, Tensor places) = Sort(x.Widened(), dim, descending);
            return (own.Keep(wide.AsDtype(x.dtype)), own.Keep(places));
        }
        Tensor values = Pointwise.Fresh(x.Sizes, x.dtype, x.device);
        Tensor indices = Pointwise.Fresh(x.Sizes, ScalarType.Int64, x.device);
        Reductions.Lines(x, x.Rank == 0 ? [] : [dim], (packed, outer, length, inner) =>
        {
            switch (x.dtype)
            {
                case ScalarType.Float32: Run<float>(packed, values, indices, outer, length, inner, descending); break;
                case ScalarType.Float64: Run<double>(packed, values, indices, outer, length, inner, descending); break;
                case ScalarType.Int64: Run<long>(packed, values, indices, outer, length, inner, descending); break;
                case ScalarType.Int32: Run<int>(packed, values, indices, outer, length, inner, descending); break;
                case ScalarType.Int16: Run<short>(packed, values, indices, outer, length, inner, descending); break;
                case ScalarType.Int8: Run<sbyte>(packed, values, indices, outer, length, inner, descending); break;
                default: Run<byte>(packed, values, indices, outer, length, inner, descending); break;
            }
        });
        return (own.Keep(values), own.Keep(indices));
    }

    private static void Run<T>(Tensor x, Tensor values, Tensor indices, int outer, int length, int inner, bool descending) where T : unmanaged, INumber<T> =>
        Reductions.Along(outer, length, inner, (start, _) =>
        {
            ReadOnlySpan<T> source = x.Flat<T>();
            Span<T> ordered = values.Flat<T>();
            Span<long> places = indices.Flat<long>();
            var line = new (T Value, int Place)[length];
            for (int i = 0; i < length; i++) line[i] = (source[start + (i * inner)], i);
            line.AsSpan().Sort((a, b) =>
            {
                int order = T.IsNaN(a.Value) ? (T.IsNaN(b.Value) ? 0 : 1) : T.IsNaN(b.Value) ? -1 : a.Value.CompareTo(b.Value);
                return order != 0 ? (descending ? -order : order) : a.Place.CompareTo(b.Place);
            });
            for (int i = 0; i < length; i++) (ordered[start + (i * inner)], places[start + (i * inner)]) = line[i];
        });
}

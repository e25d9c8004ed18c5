using System.Numerics;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Softmax, or its logarithm, of each line.</summary>
internal static class SoftmaxKernel
{
    internal static Tensor Run(Tensor x, int dim, bool log)
    {
        Tensor y = Pointwise.Fresh(x.Sizes, x.dtype, x.device);
        Reductions.Lines(x, x.Rank == 0 ? [] : [dim], (packed, outer, length, inner) =>
        {
            if (x.dtype == ScalarType.Float64) Run<double>(packed, y, outer, length, inner, log);
            else Run<float>(packed, y, outer, length, inner, log);
        });
        return y;
    }

    private static void Run<T>(Tensor x, Tensor y, int outer, int length, int inner, bool log) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (length == 0) return;
        Reductions.Along(outer, length, inner, (start, _) =>
        {
            ReadOnlySpan<T> source = x.Flat<T>();
            Span<T> target = y.Flat<T>();
            if (inner == 1)
            {
                Line(source.Slice(start, length), target.Slice(start, length), log);
                return;
            }
            Span<T> line = length <= 256 ? stackalloc T[length] : new T[length];
            for (int i = 0; i < length; i++) line[i] = source[start + (i * inner)];
            Line(line, line, log);
            for (int i = 0; i < length; i++) target[start + (i * inner)] = line[i];
        });
    }

    // Shifted by the largest, so that nothing overflows.
    private static void Line<T>(ReadOnlySpan<T> x, Span<T> y, bool log) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T largest = TensorPrimitives.Max(x);
        TensorPrimitives.Subtract(x, largest, y);
        if (!log)
        {
            TensorPrimitives.Exp(y, y);
            TensorPrimitives.Divide(y, TensorPrimitives.Sum<T>(y), y);
            return;
        }
        T sum = T.Zero;
        foreach (T shifted in y) sum += T.Exp(shifted);
        TensorPrimitives.Subtract(y, T.Log(sum), y);
    }
}

using System.Numerics;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Products of batches of matrices, outside the graph.</summary>
internal static class BatchedMatrix
{
    /// <summary>[batch, m, k] · [batch, k, n]; a transposed operand is read where it lies.</summary>
    internal static Tensor Multiply(Tensor a, Tensor b)
    {
        using Temporaries own = Temporaries.Enter();
        (int batch, int m, int k, int n) = ((int)a.Sizes[0], (int)a.Sizes[1], (int)a.Sizes[2], (int)b.Sizes[2]);
        Tensor c = Pointwise.Fresh([batch, m, n], a.dtype, a.device);
        (Tensor left, bool transposeA) = Readable(a);
        (Tensor right, bool transposeB) = Readable(b);
        switch (a.dtype)
        {
            case ScalarType.Float32: Run<float>(left, transposeA, right, transposeB, c, batch, m, n, k); break;
            case ScalarType.Float64: Run<double>(left, transposeA, right, transposeB, c, batch, m, n, k); break;
            case ScalarType.Int64: Run<long>(left, transposeA, right, transposeB, c, batch, m, n, k); break;
            case ScalarType.Int32: Run<int>(left, transposeA, right, transposeB, c, batch, m, n, k); break;
            case ScalarType.Int16: Run<short>(left, transposeA, right, transposeB, c, batch, m, n, k); break;
            case ScalarType.Int8: Run<sbyte>(left, transposeA, right, transposeB, c, batch, m, n, k); break;
            case ScalarType.Byte: Run<byte>(left, transposeA, right, transposeB, c, batch, m, n, k); break;
            case ScalarType.Float16 or ScalarType.BFloat16: Casting.Copy(Multiply(a.Widened(), b.Widened()), c); break;
            default: throw TorchError.Of($"\"addmm_impl_cpu_\" not implemented for '{a.dtype}'");
        }
        return own.Keep(c);
    }

    private static void Run<T>(Tensor a, bool transposeA, Tensor b, bool transposeB, Tensor c, int batch, int m, int n, int k) where T : unmanaged, INumber<T>
    {
        bool spreadBatch = batch >= get_num_threads() * 2;
        long work = Math.Max((long)m * n * k, 1);
        Work.For(batch, spreadBatch ? (int)Math.Max(1_000_000 / work, 1) : batch, (from, to) =>
        {
            for (int i = from; i < to; i++)
            {
                Matrix.Multiply<T>(Page<T>(a, i), transposeA, Page<T>(b, i), transposeB, c.Flat<T>().Slice(i * m * n, m * n), m, n, k, parallel: !spreadBatch);
            }
        });
    }

    private static ReadOnlySpan<T> Page<T>(Tensor t, int index) where T : unmanaged =>
        t.FromOffset<T>().Slice((int)(index * t.Strides[0]), (int)(t.Sizes[1] * t.Sizes[2]));

    // A page that is row-major, or row-major when transposed, is read as it is; a batch of stride 0 is one page read often.
    private static (Tensor Tensor, bool Transposed) Readable(Tensor t)
    {
        ReadOnlySpan<long> sizes = t.Sizes.AsSpan(1);
        ReadOnlySpan<long> strides = t.Strides.AsSpan(1);
        if (Shapes.IsRowMajor(sizes, strides)) return (t, false);
        return Shapes.IsRowMajor([sizes[1], sizes[0]], [strides[1], strides[0]]) ? (t, true) : (t.Packed(), false);
    }
}

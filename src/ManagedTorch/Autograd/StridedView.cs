using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>
/// The gradients of views in terms of sizes and strides alone, which is what remains to say of a view once its base was
/// written in place.
/// </summary>
internal static class StridedView
{
    /// <summary>A view's gradient, put where the view lies in its base; zero elsewhere.</summary>
    internal static Func<Tensor?[], Tensor?[]> Backward(TensorImpl @base, TensorImpl view)
    {
        Place place = new(@base.Sizes, @base.Strides, view.Sizes, view.Strides, view.Offset - @base.Offset);
        return g => [g[0] is { } gradient ? place.Put(gradient) : null];
    }

    /// <summary>
    /// The base after its view was replaced by a result: what the view covers comes from the result, the rest from the base before.
    /// </summary>
    internal static FunctionNode Replacement(TensorImpl @base, TensorImpl view, Edge baseBefore, Edge result)
    {
        Place place = new(@base.Sizes, @base.Strides, view.Sizes, view.Strides, view.Offset - @base.Offset);
        return new FunctionNode("CopySlices", [baseBefore, result], g => [place.Clear(g[0]!), place.Take(g[0]!)]);
    }

    /// <summary>
    /// The gradient of a tensor of which a view shows any part of the storage: put down where the view lies in it, taken up where the tensor does.
    /// </summary>
    internal static Func<Tensor, Tensor> Restrided(TensorImpl input, long[] sizes, long[] strides, long offset)
    {
        long length = Math.Max(End(input.Sizes, input.Strides, input.Offset), End(sizes, strides, offset));
        Place shown = new([length], [1], sizes, strides, offset);
        Place own = new([length], [1], input.Sizes, input.Strides, input.Offset);
        return g => own.Take(shown.Put(g));
    }

    private static long End(long[] sizes, long[] strides, long offset)
    {
        for (int d = 0; d < sizes.Length; d++) offset += Math.Max(sizes[d] - 1, 0) * strides[d];
        return offset + 1;
    }

    private sealed class Place(long[] baseSizes, long[] baseStrides, long[] sizes, long[] strides, long offset)
    {
        internal Tensor Put(Tensor gradient)
        {
            gradient = gradient.Widened();
            Tensor whole = empty_strided(baseSizes, baseStrides, gradient.dtype, gradient.device);
            whole.Impl.Storage.Bytes.Clear();
            // Positions that the view shows several times collect the sum.
            new Tensor(new TensorImpl(whole.Impl.Storage, sizes, strides, offset)).AccumulateOverlapping(gradient);
            return Op.Record("AsStridedBackwardBackward", whole, [gradient], g => [Take(g)]);
        }

        internal Tensor Clear(Tensor gradient)
        {
            Tensor whole = LikeBase(gradient);
            whole.as_strided(sizes, strides, offset).zero_();
            return whole;
        }

        internal Tensor Take(Tensor gradient) => LikeBase(gradient).as_strided(sizes, strides, offset).clone();

        private Tensor LikeBase(Tensor gradient) => empty_strided(baseSizes, baseStrides, gradient.dtype, gradient.device).copy_(gradient);
    }
}

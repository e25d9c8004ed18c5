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
        Place place = new(@base, view);
        return g => [g[0] is { } gradient ? place.Put(gradient) : null];
    }

    /// <summary>
    /// The base after its view was replaced by a result: what the view covers comes from the result, the rest from the base before.
    /// </summary>
    internal static FunctionNode Replacement(TensorImpl @base, TensorImpl view, Edge baseBefore, Edge result)
    {
        Place place = new(@base, view);
        return new FunctionNode("CopySlices", [baseBefore, result], g => [place.Clear(g[0]!), place.Take(g[0]!)]);
    }

    private sealed class Place(TensorImpl @base, TensorImpl view)
    {
        private readonly long[] baseSizes = @base.Sizes;
        private readonly long[] baseStrides = @base.Strides;
        private readonly long[] sizes = view.Sizes;
        private readonly long[] strides = view.Strides;
        private readonly long offset = view.Offset - @base.Offset;

        internal Tensor Put(Tensor gradient)
        {
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

using static TorchSharp.torch;

namespace TorchSharp.Layers;

/// <summary>Scaled dot-product attention, composed of recorded operations.</summary>
internal static class Attention
{
    /// <summary>softmax(q·kᵀ / √d + mask)·v, and the weights of v before dropout. Dropout drops whatever the mode of any module.</summary>
    /// <param name="mask">Added where it is of numbers; where it is of bools, true lets a position be seen.</param>
    public static (Tensor Output, Tensor Weights) ScaledDotProduct(Tensor query, Tensor key, Tensor value, Tensor? mask, double dropout, bool isCausal) => Op.Composed(() =>
    {
        Tensor scores = query.matmul(key.transpose(-2, -1)) * (1 / Math.Sqrt(query.shape[^1]));
        if (isCausal) mask = ones(query.shape[^2], key.shape[^2], dtype: ScalarType.Bool, device: query.device).tril();
        if (mask is not null) scores = mask.dtype == ScalarType.Bool ? scores.masked_fill(mask.logical_not(), double.NegativeInfinity) : scores + mask;
        Tensor weights = scores.softmax(-1);

        // A row that may see nothing is a softmax over nothing: torch gives zeros for it, not 0/0.
        if (mask is not null) weights = weights.masked_fill((scores == double.NegativeInfinity).all(-1, keepdim: true), 0);
        Tensor kept = dropout > 0 ? RandomMask.Dropout(weights, dropout, training: true, inplace: false) : weights;
        return (kept.matmul(value), weights);
    });
}

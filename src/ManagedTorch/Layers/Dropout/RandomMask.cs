using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp.Layers;

/// <summary>Dropout in its variants: a random mask, drawn from the engine's generator, times the values.</summary>
internal static class RandomMask
{
    // SELU's limit for very negative values, −scale·alpha, to which alpha dropout sets what it drops.
    const double SeluLimit = 1.7580993408473766;

    /// <summary>Zeroes values with probability p and scales up the rest, so that the mean stays.</summary>
    public static Tensor Dropout(Tensor input, double p, bool training, bool inplace) => Apply(input, p, training, inplace, input.shape, Scaled(p));

    /// <summary>Zeroes whole channels.</summary>
    public static Tensor FeatureDropout(Tensor input, double p, bool training, bool inplace) =>
        Apply(input, p, training, inplace, ChannelShape(input), Scaled(p));

    /// <summary>Sets values to SELU's limit and corrects the rest, so that mean and variance stay.</summary>
    public static Tensor AlphaDropout(Tensor input, double p, bool training, bool inplace) => Apply(input, p, training, inplace, input.shape, Alpha(p));

    public static Tensor FeatureAlphaDropout(Tensor input, double p, bool training, bool inplace) =>
        Apply(input, p, training, inplace, ChannelShape(input), Alpha(p));

    static Tensor Apply(Tensor input, double p, bool training, bool inplace, long[] maskShape, Affine affine)
    {
        if (!(p >= 0 && p <= 1)) throw new ExternalException($"A probability is between 0 and 1, but got {p}.");
        if (p == 0 || !training || input.numel() == 0) return input.alias();
        if (p == 1) return inplace ? input.mul_(0).alias() : input * 0;
        return Op.Composed(() =>
        {
            Tensor mask = empty(maskShape, dtype: input.dtype, device: input.device).bernoulli_(1 - p);
            Tensor? offset = affine.DroppedTo == 0 ? null : (mask * -affine.DroppedTo).add_(affine.DroppedTo + affine.Shift);
            mask.mul_(affine.Scale);
            Tensor kept = inplace ? input.mul_(mask).alias() : input * mask;
            return offset is null ? kept : inplace ? kept.add_(offset) : kept + offset;
        });
    }

    static Affine Scaled(double p) => new(1 / (1 - p), 0, 0);

    static Affine Alpha(double p)
    {
        double scale = 1 / Math.Sqrt(((SeluLimit * SeluLimit * p) + 1) * (1 - p));
        return new(scale, -SeluLimit * scale, SeluLimit * scale * p);
    }

    static long[] ChannelShape(Tensor input)
    {
        if (input.dim() < 2) throw new ExternalException("What drops whole channels takes a batch and channels, at least.");
        return [input.shape[0], input.shape[1], .. Enumerable.Repeat(1L, (int)input.dim() - 2)];
    }

    /// <summary>What is kept is scaled and shifted; what is dropped gets a value of its own, shifted as well.</summary>
    readonly record struct Affine(double Scale, double DroppedTo, double Shift);
}

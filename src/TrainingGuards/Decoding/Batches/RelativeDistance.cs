using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>How far two tensors of one shape are apart, relative to the size of what they belong to.</summary>
internal static class RelativeDistance
{
    /// <summary>rms(a − b) / rms(of what is finite in <paramref name="scale"/>); exactly 0 where they are equal, NaN being equal to NaN.</summary>
    public static double Of(Tensor a, Tensor b, Tensor scale)
    {
        using var scope = NewDisposeScope();
        Tensor first = a.detach().to(ScalarType.Float64), second = b.detach().to(ScalarType.Float64), all = scale.detach().to(ScalarType.Float64);
        // Where both are the same infinity they are equal too, though their difference is NaN.
        Tensor same = first.eq(second).logical_or(first.isnan().logical_and(second.isnan()));
        double apart = (first - second).masked_fill(same, 0).square().mean().sqrt().ToDouble();
        return apart == 0 ? 0 : apart / all.masked_fill(all.isfinite().logical_not(), 0).square().mean().sqrt().ToDouble();
    }
}

using static TorchSharp.torch;

namespace TrainingGuards.Trials;

/// <summary>Equality of tensors as the guards mean it: the same shape and the same numbers, NaN equal to NaN.</summary>
internal static class TensorBits
{
    public static bool Same(Tensor a, Tensor b)
    {
        if (a.dtype != b.dtype || !a.shape.SequenceEqual(b.shape)) return false;
        using var scope = NewDisposeScope();
        Tensor same = a.eq(b);
        if (a.is_floating_point()) same = same.logical_or(a.isnan().logical_and(b.isnan()));
        return same.all().ToBoolean();
    }
}

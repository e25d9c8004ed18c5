using static TorchSharp.torch;

namespace TrainingGuards.Trials;

/// <summary>Equality of tensors as the guards mean it: the same shape and the same numbers, NaN equal to NaN.</summary>
internal static class TensorBits
{
    /// <summary>A copy that outlives every dispose scope; the caller disposes of it.</summary>
    public static Tensor Copy(Tensor tensor)
    {
        using Tensor values = tensor.detach();
        return values.clone().DetachFromDisposeScope();
    }

    /// <summary>As many, each the same.</summary>
    public static bool AllSame(Tensors a, Tensors b) => a.Count == b.Count && a.Zip(b).All(pair => Same(pair.First, pair.Second));

    public static bool Same(Tensor a, Tensor b)
    {
        if (a.dtype != b.dtype || !a.shape.SequenceEqual(b.shape)) return false;
        using var scope = NewDisposeScope();
        Tensor same = a.eq(b);
        if (a.is_floating_point()) same = same.logical_or(a.isnan().logical_and(b.isnan()));
        return same.all().ToBoolean();
    }
}

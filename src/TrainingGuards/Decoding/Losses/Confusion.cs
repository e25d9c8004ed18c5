using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>How often each class was predicted as which.</summary>
internal static class Confusion
{
    private const long MostClasses = 64;

    /// <summary>Of the largest output of each example or position; ignored ones left out. Null where there are more classes than one looks at.</summary>
    public static Matrix? Of(Setup setup, Tensor output, Tensor target)
    {
        using var scope = NewDisposeScope();
        Tensor rows = LossProfile.Rows(output, target), labels = target.flatten(), real = labels.ne(setup.IgnoreIndex);
        long classes = rows.shape[1];
        if (classes > MostClasses) return null;
        Tensor pairs = labels.to(ScalarType.Int64).masked_select(real) * classes + rows.argmax(-1).masked_select(real);
        Tensor counts = zeros(classes * classes, dtype: ScalarType.Float64, device: pairs.device);
        counts.index_add_(0, pairs, ones_like(pairs, dtype: ScalarType.Float64), 1);
        double[][] matrix = [.. HostNumbers.Of(counts).Chunk((int)classes)];
        return new("examples", "labels", "predictions", matrix);
    }
}

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
        return Counts(setup, output, target) is { } counts ? Matrix(counts) : null;
    }

    /// <summary>Two classes by one number each: what lies above 0 is predicted as 1.</summary>
    public static Tensor BinaryCounts(Tensor output, Tensor target)
    {
        Tensor pairs = (target.flatten().gt(0.5).to(ScalarType.Int64) * 2) + output.flatten().gt(0).to(ScalarType.Int64);
        return Counts(pairs, 2);
    }

    /// <summary>The same where it is, to be summed over batches: the predictions of class 0, then those of class 1. Null where there are more classes than one looks at.</summary>
    public static Tensor? Counts(Setup setup, Tensor output, Tensor target)
    {
        Tensor rows = LossProfile.Rows(output, target), labels = target.flatten(), real = labels.ne(setup.IgnoreIndex);
        long classes = rows.shape[1];
        if (classes > MostClasses) return null;
        Tensor pairs = labels.to(ScalarType.Int64).masked_select(real) * classes + rows.argmax(-1).masked_select(real);
        return Counts(pairs, classes);
    }

    /// <summary>Counts as a matrix; only they are copied to the host.</summary>
    public static Matrix Matrix(Tensor counts) => new("examples", "labels", "predictions", [.. HostNumbers.Of(counts).Chunk((int)Math.Round(Math.Sqrt(counts.numel())))]);

    /// <summary>How often each pair occurs, [classes²]: <paramref name="pairs"/> are label · classes + prediction.</summary>
    public static Tensor Counts(Tensor pairs, long classes)
    {
        Tensor counts = zeros(classes * classes, dtype: ScalarType.Float64, device: pairs.device);
        counts.index_add_(0, pairs, ones_like(pairs, dtype: ScalarType.Float64), 1);
        return counts;
    }
}

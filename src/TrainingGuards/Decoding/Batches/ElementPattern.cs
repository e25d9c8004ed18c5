using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Follows single numbers across the code that mixed the examples: a statistic sends each to every example, a view in place of a permute to exactly one.</summary>
internal static class ElementPattern
{
    /// <summary>What puts numbers elsewhere without looking at them.</summary>
    public static readonly string[] Suspects = ["view", "reshape", "view_as", "reshape_as", "flatten", "unflatten", "as_strided"];

    /// <summary>The cause where the numbers were merely put elsewhere; null where they were combined, or that cannot be told.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="before">The last tensors that were sound, still in the graph.</param>
    /// <param name="after">The first ones that were not.</param>
    /// <param name="examples">The number of examples in the batch.</param>
    public static Cause? Between(Trial trial, Tensors before, Tensors after, int examples)
    {
        foreach (Tensor source in before)
        {
            if (!source.is_floating_point() || !source.requires_grad) continue;
            foreach (Tensor result in after)
            {
                if (!result.is_floating_point() || !result.requires_grad) continue;
                for (int d = 0; d < result.dim(); d++)
                    if (result.shape[d] == examples && IsRearrangement(trial, source, result, d, examples)) return Rearranged(source, result, d);
            }
        }
        return null;
    }

    private static Cause Rearranged(Tensor source, Tensor result, int dimension) => new(
        $"the pattern is a permutation, not dense: each number of {Reporting.ShapeText.Of(source)} reaches exactly one example of {Reporting.ShapeText.Of(result)}, "
        + "and not always its own: a view or reshape where a permute was meant",
        dimension == 0 ? "use permute before view or reshape, so that dimension 0 stays the batch" : $"use permute to bring the batch to dimension {dimension}, not view or reshape",
        "TG6001");

    private static bool IsRearrangement(Trial trial, Tensor source, Tensor result, int dimension, int examples)
    {
        Tensor reached = zeros_like(source, dtype: ScalarType.Int64);
        for (int i = 0; i < examples; i++)
        {
            Tensor own = result.select(dimension, i);
            Tensor? gradient = trial.Gradients((own * randn_like(own)).sum(), [source], ones([], device: own.device, dtype: own.dtype))[0];
            if (gradient is not null) reached = reached + gradient.ne(0).to(ScalarType.Int64);
        }
        return reached.max().ToInt64() == 1 && reached.min().ToInt64() == 1;
    }
}

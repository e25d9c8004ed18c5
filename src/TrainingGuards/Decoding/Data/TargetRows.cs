using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>One target of a batch in a few numbers an example.</summary>
/// <param name="Name">Whose numbers they are: <c>target</c>, <c>target "tags"</c>.</param>
/// <param name="Width">How many numbers an example has in the target.</param>
/// <param name="Whole">Whether they are whole numbers by their type.</param>
/// <param name="Distribution">Whether each row of the batch has a sum of 1 and nothing below 0.</param>
/// <param name="Largest">Which number of an example is the largest.</param>
/// <param name="Values">The numbers, an array a column; of many the mean.</param>
internal sealed record TargetRows(string Name, long Width, bool Whole, bool Distribution, double[] Largest, double[][] Values)
{
    /// <summary>Of more columns the mean is taken: such targets are masks, images and sequences.</summary>
    public const long MostColumns = 16;

    /// <summary>The targets of a batch that have a row an example.</summary>
    public static IReadOnlyList<TargetRows> Of(Batch batch)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        long size = batch.Size;
        var all = new List<TargetRows>();
        for (int i = 0; i < batch.Targets.Count; i++)
        {
            Tensor target = batch.Targets[i];
            if (target.dim() == 0 || target.shape[0] != size || target.numel() == 0) continue;
            Tensor rows = target.detach().reshape(size, -1).to(ScalarType.Float64);
            long width = rows.shape[1];
            bool distribution = width > 1 && target.is_floating_point() && rows.ge(0).all().ToBoolean() && (rows.sum([1L]) - 1).abs().lt(1e-4).all().ToBoolean();
            double[][] values = width > MostColumns ? [HostNumbers.Of(rows.mean([1L]))] : [.. Enumerable.Range(0, (int)width).Select(c => HostNumbers.Of(rows.select(1, c)))];
            all.Add(new(batch.Targets.NameOf(i, "target"), width, !target.is_floating_point(), distribution, distribution ? HostNumbers.Of(rows.argmax(1)) : [], values));
        }
        return all;
    }
}

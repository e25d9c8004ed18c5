using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>One number an example, out of its targets: the class, the number that is predicted, one of several labels, or the mean of a target of many numbers.</summary>
/// <param name="Name">Whose number it is: <c>target</c>, <c>column 3 of target "tags"</c>.</param>
/// <param name="Whole">Whether it is all that there is in the target.</param>
/// <param name="Values">The numbers, one an example.</param>
internal sealed record LabelColumn(string Name, bool Whole, IReadOnlyList<double> Values)
{
    // Of more columns the mean is taken: such targets are masks, images and sequences.
    private const long MostColumns = 16;

    /// <summary>How many different values there are.</summary>
    public int Distinct { get; } = Values.Distinct().Count();

    /// <summary>Whether the values are classes: whole numbers, each for four examples on average.</summary>
    public bool IsClass => Whole && Distinct <= Math.Max(2, Values.Count / 4) && Values.All(value => value == Math.Floor(value));

    /// <summary>The columns of a batch's targets.</summary>
    public static IReadOnlyList<LabelColumn> Of(Batch batch)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        long size = batch.Size;
        var columns = new List<LabelColumn>();
        for (int i = 0; i < batch.Targets.Count; i++)
        {
            Tensor target = batch.Targets[i];
            if (target.dim() == 0 || target.shape[0] != size || target.numel() == 0) continue;
            string name = batch.Targets.NameOf(i, "target");
            Tensor rows = target.detach().reshape(size, -1).to(ScalarType.Float64);
            long width = rows.shape[1];
            if (width == 1) columns.Add(new(name, true, HostNumbers.Of(rows)));
            else if (target.is_floating_point() && IsDistribution(rows)) columns.Add(new(name, true, HostNumbers.Of(rows.argmax(1))));
            else if (width > MostColumns) columns.Add(new($"mean of {name}", false, HostNumbers.Of(rows.mean([1L]))));
            else
                for (long c = 0; c < width; c++) columns.Add(new($"column {Numbers.Text(c)} of {name}", false, HostNumbers.Of(rows.select(1, c))));
        }
        return columns;
    }

    /// <summary>The columns of several batches, one after the other.</summary>
    public static IReadOnlyList<LabelColumn> Joined(IReadOnlyList<IReadOnlyList<LabelColumn>> batches) => batches.Count == 0
        ? []
        : [.. batches[0].Select((column, c) => new LabelColumn(column.Name, column.Whole, [.. batches.Where(batch => c < batch.Count).SelectMany(batch => batch[c].Values)]))];

    /// <summary>
    /// A group for each example, each of at least <paramref name="smallest"/> examples: one a value where there are at most ten, else neighbouring values together.
    /// There is one group where no two are large enough.
    /// </summary>
    public int[] Groups(int smallest)
    {
        (double Value, int Count)[] values = [.. Values.GroupBy(value => value).Select(group => (group.Key, group.Count())).OrderBy(group => group.Key)];
        int enough = values.Length <= 10 ? smallest : Math.Max(smallest, Values.Count / 10);
        var groupOf = new Dictionary<double, int>();
        int next = 0, held = 0;
        foreach ((double value, int count) in values)
        {
            groupOf[value] = next;
            held += count;
            if (held < enough) continue;
            next++;
            held = 0;
        }
        int groups = Math.Max(1, next);
        return [.. Values.Select(value => Math.Min(groupOf[value], groups - 1))];
    }

    private static bool IsDistribution(Tensor rows) =>
        rows.ge(0).all().ToBoolean() && (rows.sum([1L]) - 1).abs().lt(1e-4).all().ToBoolean();
}

using TrainingGuards.Reporting;

namespace TrainingGuards.Decoding;

/// <summary>One number an example, out of its targets: the class, the number that is predicted, one of several labels, or the mean of a target of many numbers.</summary>
/// <param name="Name">Whose number it is: <c>target</c>, <c>column 3 of target "tags"</c>.</param>
/// <param name="Whole">Whether it is all that there is in the target.</param>
/// <param name="IsIndex">Whether the values are whole numbers by their type, or the largest of a distribution.</param>
/// <param name="Values">The numbers, one an example.</param>
internal sealed record LabelColumn(string Name, bool Whole, bool IsIndex, IReadOnlyList<double> Values)
{
    /// <summary>How many different values there are.</summary>
    public int Distinct { get; } = Values.Distinct().Count();

    /// <summary>Whether the values are classes: whole numbers, each for four examples on average.</summary>
    public bool IsClass => Whole && Distinct <= Math.Max(2, Values.Count / 4) && Values.All(value => value == Math.Floor(value));

    /// <summary>The columns of the targets of several batches, one after the other; what a target is shows in all of them together.</summary>
    public static IReadOnlyList<LabelColumn> Joined(IReadOnlyList<IReadOnlyList<TargetRows>> batches)
    {
        var columns = new List<LabelColumn>();
        for (int i = 0; i < batches.Select(batch => batch.Count).DefaultIfEmpty(0).Min(); i++)
        {
            TargetRows[] parts = [.. batches.Select(batch => batch[i])];
            TargetRows first = parts[0];
            if (parts.All(part => part.Distribution)) columns.Add(new(first.Name, true, true, [.. parts.SelectMany(part => part.Largest)]));
            else if (first.Width > TargetRows.MostColumns) columns.Add(new($"mean of {first.Name}", false, false, [.. parts.SelectMany(part => part.Values[0])]));
            else
            {
                for (int c = 0; c < parts.Min(part => part.Values.Length); c++)
                    columns.Add(new(first.Width == 1 ? first.Name : $"column {Numbers.Text(c)} of {first.Name}", first.Width == 1, first.Whole, [.. parts.SelectMany(part => part.Values[c])]));
            }
        }
        return columns;
    }

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
}

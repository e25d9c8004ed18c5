using TrainingGuards.Reporting;

namespace TrainingGuards.Decoding;

/// <summary>How many training examples each class has, or each of several labels.</summary>
/// <param name="Counts">The examples by class, the rarest first; empty where targets are no classes. Where not all were read, scaled to the size of the set.</param>
/// <param name="Read">How many examples were read.</param>
/// <param name="Total">How many there are; null where only an epoch tells, and it did not end.</param>
internal sealed record ClassCounts(IReadOnlyList<(string Name, double Count)> Counts, long Read, long? Total)
{
    /// <summary>Of an epoch of a set, at most so many examples.</summary>
    public static ClassCounts Of(Trial trial, Examples examples, int enough, int most)
    {
        var targets = new List<IReadOnlyList<TargetRows>>();
        long read = 0;
        bool ended = true;
        // Batches and not the index: what a loader yields it also disposes of.
        foreach (Batch batch in trial.Epoch(examples))
        {
            targets.Add(TargetRows.Of(batch));
            read += batch.Size;
            if (read < most) continue;
            ended = read >= (examples.Count ?? long.MaxValue);
            break;
        }
        Dictionary<string, int> counts = Counted(trial.Setup, targets);
        long? total = ended ? read : examples.Count;
        double scale = total is { } all && read > 0 ? Math.Max(1, all / (double)read) : 1;
        // Without a size a count is the least that there can be: classes that have too few so far are left open.
        return new([.. counts.Where(count => total is not null || count.Value >= enough).Select(count => (count.Key, count.Value * scale)).OrderBy(count => count.Item2)], read, total);
    }

    private static Dictionary<string, int> Counted(Setup setup, IReadOnlyList<IReadOnlyList<TargetRows>> targets)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        IReadOnlyList<LabelColumn> columns = LabelColumn.Joined(targets);
        bool IsBinary(LabelColumn column) => column.Values.All(value => value is 0 or 1);
        if (columns.FirstOrDefault(column => column.Whole && (column.IsIndex || IsBinary(column))) is { } classes)
        {
            foreach (IGrouping<double, double> group in classes.Values.Where(value => value != setup.IgnoreIndex).GroupBy(value => value)) counts[$"class {Numbers.Text(group.Key)}"] = group.Count();
        }
        else
            foreach (LabelColumn column in columns.Where(column => !column.Whole && IsBinary(column))) counts[column.Name] = column.Values.Count(value => value == 1);
        return counts;
    }
}

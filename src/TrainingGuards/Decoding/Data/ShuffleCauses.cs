using TrainingGuards.Reporting;

namespace TrainingGuards.Decoding;

/// <summary>Reads why batches are not shuffled: the data set's own order, an order that repeats, batches that repeat, or runs of a label.</summary>
internal static class ShuffleCauses
{
    private const int Compared = 16;

    public static IReadOnlyList<Cause> Of(Trial trial, EpochRecord epoch, bool sameOrder, bool repeats, IReadOnlyList<LabelColumn> clumped)
    {
        if (repeats) return [OfRepetition(epoch)];
        var causes = new List<Cause>();
        if (InOrderOfTheData(trial, epoch) is { } cause) return [cause];
        string clumps = clumped.Count == 0 ? "" : $"; {Clump(epoch, clumped[0])}";
        if (sameOrder && clumped.Count == 0)
        {
            causes.Add(new(
                $"the second epoch has the {Numbers.Text(epoch.Hashes.Count)} examples of the first in the same order, and their labels do not run together: they were shuffled once, or by a generator that is seeded for each epoch",
                "shuffle anew in each epoch: DataLoader(…, shuffle: true) without seed:, and no manual_seed in the loop", "TG5002"));
        }
        else if (sameOrder) causes.Add(new($"the second epoch has the order of the first{clumps}: the examples are not shuffled", "shuffle the training examples: DataLoader(…, shuffle: true)", "TG5001"));
        else
        {
            causes.Add(new(
                $"the order changes from epoch to epoch{clumps}: what is shuffled are parts of the data, or too few examples at a time",
                "shuffle single examples over the whole data set, or hold more of them in the buffer from which they are drawn", "TG5001"));
        }
        return causes;
    }

    private static Cause OfRepetition(EpochRecord epoch)
    {
        (int later, int earlier) = epoch.Repetition()!.Value;
        return new(
            $"batch {Numbers.Text(later)} has the {Numbers.Text(epoch.Sizes[later])} examples of batch {Numbers.Text(earlier)}, in the same order: the epoch does not go on through the data",
            "take each batch from the enumerator of one epoch, not the first batch of a new one");
    }

    private static Cause? InOrderOfTheData(Trial trial, EpochRecord epoch)
    {
        if (trial.Setup.Training is not { HasIndex: true } training) return null;
        using var hash = new ExampleHash();
        int count = (int)Math.Min(Compared, Math.Min(training.Count ?? 0, epoch.Hashes.Count));
        for (int i = 0; i < count; i++)
            if (hash.OfInputs(trial.Example(training, i))[0] != epoch.Hashes[i]) return null;
        return new($"the epoch begins with the examples 0 to {Numbers.Text(count - 1)} of the data set: it is not shuffled", "shuffle the training examples: DataLoader(…, shuffle: true)", "TG5001");
    }

    private static string Clump(EpochRecord epoch, LabelColumn column)
    {
        var worst = (Batch: 0, Value: 0.0, Count: 0, Share: 0.0);
        int from = 0;
        for (int k = 0; k < epoch.Sizes.Count; from += epoch.Sizes[k], k++)
        {
            IGrouping<double, double> most = column.Values.Skip(from).Take(epoch.Sizes[k]).GroupBy(value => value).MaxBy(group => group.Count())!;
            double share = column.Values.Count(value => value == most.Key) / (double)column.Values.Count;
            if (most.Count() - (share * epoch.Sizes[k]) > worst.Count - (worst.Share * epoch.Sizes[worst.Batch])) worst = (k, most.Key, most.Count(), share);
        }
        return column.IsClass
            ? $"batch {Numbers.Text(worst.Batch)} has {Numbers.Text(worst.Count)} of {Numbers.Text(epoch.Sizes[worst.Batch])} examples of label {Numbers.Text(worst.Value)}, which has {Numbers.Text(100 * worst.Share)} % of all"
            : $"neighbouring values of {column.Name} come together";
    }
}

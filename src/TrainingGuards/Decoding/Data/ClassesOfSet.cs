namespace TrainingGuards.Decoding;

/// <summary>How many examples of each class a set has, in one of its targets.</summary>
/// <param name="Set">The set in words: <c>training</c>.</param>
/// <param name="Target">Which target of several, from 0.</param>
/// <param name="Name">The target in the user's words.</param>
/// <param name="Examples">How many examples were counted.</param>
/// <param name="Counts">The number of examples of each class, by its name: <c>class 3 of target</c>.</param>
/// <param name="AreIndices">Whether the classes are indices from 0 on, in order.</param>
internal sealed record ClassesOfSet(string Set, int Target, string Name, long Examples, IReadOnlyList<(string Class, double Count)> Counts, bool AreIndices)
{
    /// <summary>Reads an epoch; a target whose values are not a class each of one example is left out.</summary>
    public static IReadOnlyList<ClassesOfSet> Of(Trial trial, string set, Examples examples)
    {
        long read = 0;
        IReadOnlyList<LabelCounts> counted = LabelCounts.OfEpoch(trial, examples, batch => read += batch.Size);
        try
        {
            return [.. counted.Select((labels, at) => (labels, at)).Where(one => one.labels.Kind is LabelKind.Classes or LabelKind.Columns && one.labels.Total > 0 && one.labels.Total <= read)
                .Select(one => new ClassesOfSet(set, one.at, one.labels.Name, one.labels.Total, [.. Named(one.labels)], one.labels.Kind == LabelKind.Classes))];
        }
        finally
        {
            foreach (LabelCounts labels in counted) labels.Dispose();
        }
    }

    private static IEnumerable<(string, double)> Named(LabelCounts labels)
    {
        double[] counts = labels.Counts;
        if (labels.Kind == LabelKind.Classes) return counts.Select((count, c) => ($"class {Reporting.Numbers.Text(c)} of {labels.Name}", count));
        return counts.SelectMany((ones, c) => new[] { ($"0 in {Column(c)}", labels.Total - ones), ($"1 in {Column(c)}", ones) });
        string Column(int c) => counts.Length == 1 ? labels.Name : $"column {Reporting.Numbers.Text(c)} of {labels.Name}";
    }
}

using TrainingGuards.Decoding;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Checks.Data;

/// <summary>Every class has training examples to learn it from; how unequal they are is noted.</summary>
/// <remarks>
/// Imbalance is a fact, never a fault: the entropy of the labels, the ratio of the commonest class to the rarest and the accuracy of the majority class are notes. A class without examples, or with one, cannot be
/// learnt. It cannot see whether validation has the same classes in the same shares. Cost: an epoch of data; 1 F where the number of classes is not given.
/// </remarks>
/// <param name="classes">The number of classes; by default the number of columns of the model's output.</param>
/// <param name="examples">The fewest examples that a class is learnt from.</param>
public sealed class LabelsAreBalanced(int? classes = null, int examples = 2) : Check
{
    private const double Unequal = 10;

    /// <summary>The number of classes; null for that of the model's outputs.</summary>
    public int? Classes { get; } = classes;

    /// <summary>The fewest examples that a class is learnt from.</summary>
    public int Examples { get; } = examples >= 1 ? examples : throw new ArgumentOutOfRangeException(nameof(examples), examples, "A class is learnt from at least one example.");

    /// <inheritdoc/>
    public override string Claim => "Every class has training examples to learn it from.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        if (trial.Setup.Training is not { } training) return MissingSet.Of(nameof(Setup.Training));
        IReadOnlyList<LabelCounts> targets = LabelCounts.OfEpoch(trial, training);
        try
        {
            (LabelCounts Labels, double[] Counts)[] counted = [.. targets.Select((labels, at) => (labels, at)).Where(one => one.labels.Kind is LabelKind.Classes or LabelKind.Columns)
                .Select(one => (one.labels, Declared(trial, one.labels, one.at)))];
            if (counted.Length > 0) return Judge(counted);
            return Findings.NotApplicable(targets.Any(target => target.Kind == LabelKind.Tokens) ? "the targets are tokens, most of which are rare in any language" : "the targets are numbers, not classes");
        }
        finally
        {
            foreach (LabelCounts target in targets) target.Dispose();
        }
    }

    private Findings Judge((LabelCounts Labels, double[] Counts)[] counted)
    {
        var readings = new List<Reading>();
        var causes = new List<Cause>();
        var notes = new List<string>();
        var bars = new List<Bars>();
        Bound enough = Bound.AtLeast(Examples);
        foreach ((LabelCounts labels, double[] counts) in counted)
        {
            double[] perClass = PerClass(labels, counts);
            Reading[] own = [.. perClass.Select((count, c) => new Reading(count, labels.Kind == LabelKind.Columns && counts.Length > 1 ? $"of the rarer value of column {Numbers.Text(c)} of {labels.Name}" : $"of class {Numbers.Text(c)} of {labels.Name}"))];
            readings.AddRange(own);
            bars.Add(new("examples", labels.Kind == LabelKind.Columns && counts.Length > 1 ? $"rarer value of each column of {labels.Name}" : $"class of {labels.Name}", [.. perClass.Select((count, c) => new Reading(count, Numbers.Text(c)))]));
            int[] few = [.. own.Select((reading, c) => (reading, c)).Where(one => !enough.Contains(one.reading.Value)).Select(one => one.c)];
            if (few.Length > 0) causes.Add(Cause(labels, perClass, few));
            if (labels.Kind == LabelKind.Classes || counts.Length == 1) notes.AddRange(Notes(labels, perClass));
        }
        return new()
        {
            Claims = [new("examples", enough, readings)],
            Controls = [new("labels counted", Bound.AtLeast(Examples), [.. counted.Select(one => new Reading(one.Labels.Total, $"in {one.Labels.Name}"))])],
            Causes = causes,
            Bars = bars,
            Notes = notes,
        };
    }

    private static Cause Cause(LabelCounts labels, double[] counts, int[] few)
    {
        string which = Words.List([.. few.Select(c => Numbers.Text(c))]);
        string kind = labels.Kind == LabelKind.Columns && counts.Length > 2 ? "column" : "class";
        string seen = $"{(few.Length == 1 ? kind : kind == "class" ? "classes" : "columns")} {which} of {labels.Name}";
        if (counts.Count(count => count > 0) <= 1)
            return new($"all {Numbers.Text(labels.Total)} labels are {Numbers.Text(Array.FindIndex(counts, count => count > 0))}: there is nothing to tell apart", "read all classes, and look at how labels are made of file names or columns");
        if (few is [0] && counts[0] == 0 && kind == "class")
            return new($"class 0 of {labels.Name} has no example and the {Numbers.Text(counts.Length - 1)} others have: classes are counted from 1", "subtract 1 from the targets, and give the last layer a column less");
        if (few[^1] == counts.Length - 1 && few.All(c => counts[c] == 0) && few[^1] - few[0] == few.Length - 1 && kind == "class")
            return new($"{seen} at the end {(few.Length == 1 ? "has" : "have")} no example: the last layer has {Numbers.Text(counts.Length)} columns for {Numbers.Text(few[0])} classes, or the data was cut before them", $"give the last layer {Numbers.Text(few[0])} columns, or shuffle before the data is split");
        return new($"{seen} {(few.Length == 1 ? "has" : "have")} {(few.All(c => counts[c] == 0) ? "no example" : "at most one")}: no training learns from that", "add examples, join such classes with others, or split so that each class is in the training data");
    }

    private static IEnumerable<string> Notes(LabelCounts labels, double[] counts)
    {
        double total = counts.Sum(), most = counts.Max();
        double[] seen = [.. counts.Where(count => count > 0)];
        double entropy = -seen.Sum(count => count / total * Math.Log(count / total)) / Math.Log(Math.Max(2, counts.Length));
        yield return $"of {Numbers.Text(counts.Length)} classes of {labels.Name} the commonest is {Numbers.Text(Array.IndexOf(counts, most))}: always to predict it is right in {Numbers.Text(100 * most / total)} %; the labels' entropy is {Numbers.Text(100 * entropy)} % of that of equal classes";
        if (most > Unequal * seen.Min())
            yield return $"class {Numbers.Text(Array.IndexOf(counts, most))} has {Numbers.Text(most / seen.Min())} times the examples of class {Numbers.Text(Array.IndexOf(counts, seen.Min()))}: report the accuracy of each class, and compare with the majority";
    }

    // One column of zeros and ones is two classes; of several columns each has its own two.
    private static double[] PerClass(LabelCounts labels, double[] counts) =>
        labels.Kind == LabelKind.Classes ? counts
        : counts.Length == 1 ? [labels.Total - counts[0], counts[0]]
        : [.. counts.Select(ones => Math.Min(ones, labels.Total - ones))];

    /// <summary>The counts of the classes that are declared, by the user or by the columns of the output; else of those up to the highest.</summary>
    private double[] Declared(Trial trial, LabelCounts labels, int at)
    {
        double[] counts = labels.Counts;
        if (labels.Kind != LabelKind.Classes) return counts;
        using IDisposable scope = trial.Scope();
        using IDisposable mode = trial.Evaluating();
        using var grad = no_grad();
        long? declared = Classes;
        if (declared is null)
        {
            Tensors outputs = trial.Forward(trial.Batch.Inputs);
            if (outputs.Count == trial.Batch.Targets.Count) declared = SetupValidation.Classes(outputs[at], trial.Batch.Targets[at]);
        }
        return declared > counts.Length ? [.. counts, .. new double[declared.Value - counts.Length]] : counts;
    }
}

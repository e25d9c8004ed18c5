using TrainingGuards.Decoding;
using TrainingGuards.Reporting;

namespace TrainingGuards.Checks.Data;

/// <summary>Training goes through its examples in a new order each epoch, so that a batch is a sample of all of them.</summary>
/// <remarks>
/// The table of consecutive batches and labels is compared with that of a random order: χ²/df is broken above 2, where that is five standard deviations above 1 or more (by the cube root, Wilson and Hilferty 1931); examples sorted
/// by label come near the batch size. Labels that are no classes are cut at their deciles. Batches of one label are no more than chance gives (Poisson, 2.9e-7). The second epoch has another order than
/// the first, where n examples have the same by chance with a probability of 1/n! below 1e-9; no batch occurs twice. Batches more even than chance, stratified ones, are noted. It cannot see what lies
/// behind the first <c>examples</c>, and whether an example that occurs twice is drawn with replacement on purpose. Cost: no pass of the model; up to 2 × <c>examples</c> read.
/// </remarks>
/// <param name="examples">How many examples of an epoch are read at most.</param>
public sealed class BatchesAreShuffled(int examples = 10_000) : Check
{
    private const double Deviations = 5, LeastRatio = 2;
    private const int FewestDrawn = 16, DrawnExamples = 512;

    /// <summary>How many examples of an epoch are read at most.</summary>
    public int Examples { get; } = examples >= 64 ? examples : throw new ArgumentOutOfRangeException(nameof(examples), examples, "An order is told by at least 64 examples.");

    /// <inheritdoc/>
    public override string Claim => "Each epoch goes through the training examples in a new order, and its batches are samples of all of them.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        EpochRecord first = trial.Setup.Training is { } training ? EpochRecord.Of(trial.Epoch(training), Examples) : EpochRecord.Of(DrawnBatches.Of(trial, DrawnExamples, FewestDrawn), int.MaxValue);
        if (first.Sizes.Count == 0) return Findings.Inconclusive("training examples; the epoch has no batch");
        if (trial.Setup.Training is null && first.Sizes.Count == 1)
            return Findings.NotApplicable("the setup gives no Training, and Batch yields the same examples each time; set Training = Examples.From(…)");
        if (first is { Ended: true, Sizes.Count: 1 } && trial.Setup.Training is not null) return Findings.NotApplicable("an epoch is a single batch, which has no order");
        if (first.Continues) return Findings.NotApplicable("each batch goes on where the sequences of the one before end: they are in order on purpose");

        var claims = new List<Measurement>();
        var notes = new List<string>();
        var clumped = new List<LabelColumn>();
        bool patterned = false;
        foreach (LabelColumn column in first.Labels)
        {
            if (LabelScatter.Of(column, first.Sizes) is { } scatter)
            {
                Measurement claim = new("scatter of label counts over batches, χ²/df", Bound.AtMost(Math.Max(LeastRatio, scatter.At(Deviations))).Meaning($"5 standard deviations of chance, df = {Numbers.Text(scatter.Freedom)}, and at least 2"), scatter.Ratio, $"in {column.Name}");
                if (first.ShapesVary && !claim.Holds) notes.Add($"{claim}: batches differ in the shape of their inputs, which is how examples of one length are batched; not judged");
                else claims.Add(claim);
                if (!claim.Holds && !first.ShapesVary) clumped.Add(column);
                if (scatter.Z <= -Deviations)
                {
                    patterned = true;
                    notes.Add($"the counts of {column.Name} are more even over batches than chance (z = {Numbers.Text(scatter.Z)}): batches are balanced, as a stratified sampler does");
                }
                if (scatter.Unit > 1) notes.Add($"labels of {column.Name} come {Numbers.Text(scatter.Unit)} at a time in every batch, as a sampler of several examples a class does: counted as one");
            }
            if (column.IsClass && column.Distinct > 1 && !first.ShapesVary && OfOneLabel(column, first.Sizes) is { } single) claims.Add(single);
        }
        EpochOrder? order = null;
        bool repeats = false;
        if (trial.Setup.Training is { } set)
        {
            repeats = first.Repetition() is not null && Differ(first);
            claims.Add(new("batch repeats an earlier one of the epoch (1) or not (0)", Bound.Exactly(0), repeats ? 1 : 0, repeats ? $"batch {Numbers.Text(first.Repetition()!.Value.Later)}" : ""));
            order = EpochOrder.Of(first, EpochRecord.Of(trial.Epoch(set), Examples), patterned);
            if (order.Tells) claims.Add(new($"second epoch in the order of the first (1) or not (0), by {Numbers.Text(order.Examples)} {order.Recognised}", Bound.Exactly(0), order.Same ? 1 : 0));
        }
        int again = first.Hashes.Count - first.Hashes.Distinct().Count();
        if (again > 0 && !repeats) notes.Add($"{Numbers.Text(again)} of {Numbers.Text(first.Hashes.Count)} examples had occurred before in the epoch: drawn with replacement, or duplicates (ExamplesAreUnique)");
        bool broken = claims.Any(claim => !claim.Holds);
        return new()
        {
            Claims = claims,
            Notes = notes,
            Causes = broken ? ShuffleCauses.Of(trial, first, order is { Same: true, Tells: true }, repeats, clumped) : [],
            Needs = broken || order is { Tells: true } || (order is null && claims.Count > 0) ? null
                : order is null ? "labels of two kinds at least, over more batches"
                : $"at least 13 different examples, by which an order is told; the epoch has {Numbers.Text(first.Hashes.Distinct().Count())}",
        };
    }

    private static Measurement? OfOneLabel(LabelColumn column, IReadOnlyList<int> sizes)
    {
        (int seen, double expected, int first) = LabelScatter.OfOneLabel(column, sizes);
        if (sizes.All(size => size < 2)) return null;
        return new($"batches of one label, of {Numbers.Text(sizes.Count)}", Bound.AtMost(LabelScatter.MostByChance(expected)).Meaning($"by chance {Numbers.Text(expected)} on average"), seen, first < 0 ? $"in {column.Name}" : $"in {column.Name}, the first is batch {Numbers.Text(first)}");
    }

    // Batches equal each other by chance where hardly any example differs.
    private static bool Differ(EpochRecord epoch)
    {
        (int later, _) = epoch.Repetition()!.Value;
        int distinct = epoch.Hashes.Distinct().Count(), size = epoch.Sizes[later];
        return distinct > 1 && (size * Math.Log(distinct)) - (2 * Math.Log(epoch.Sizes.Count)) > 20.7;
    }
}

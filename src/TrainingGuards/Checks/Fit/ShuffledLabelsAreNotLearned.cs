using TrainingGuards.Decoding;
using TrainingGuards.Fitting;
using TrainingGuards.Reporting;

namespace TrainingGuards.Checks.Fit;

/// <summary>A model trained on labels of other examples knows nothing of the true labels of validation.</summary>
/// <remarks>
/// Each batch is given the targets of training examples drawn at random, anew each time, so that no relation of label and input is there to be learnt; then the validation loss with the true targets must not lie below that with targets in a random order by
/// z ≥ 5 and a fifth of what there is to win. Broken only where three trainings, with labels drawn from three seeds, all show it: a network can fall on a relation by chance. Cost: one training of <c>epochs</c> epochs; three, and some passes, where the first shows something.
/// </remarks>
/// <param name="epochs">How often the training examples are gone through.</param>
public sealed class ShuffledLabelsAreNotLearned(int epochs = 5) : Check
{
    private const int Trainings = 3;
    private const double Seen = 5, Least = 0.2;

    /// <summary>How often the training examples are gone through.</summary>
    public int Epochs { get; } = epochs > 0 ? epochs : throw new ArgumentOutOfRangeException(nameof(epochs), epochs, "A training has at least one epoch.");

    /// <inheritdoc/>
    public override string Claim => "A model trained on other examples' labels knows nothing of validation's true ones.";

    /// <inheritdoc/>
    public override Suite Suite => Suite.Deep;

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        if (trial.Setup.Training is not { } training) return MissingSet.Of(nameof(Setup.Training));
        if (trial.Setup.Validation is null) return MissingSet.Of(nameof(Setup.Validation));
        IReadOnlyList<Batch> held = HeldExamples.Of(trial, long.MaxValue);
        if (held.Count == 0) return Findings.Inconclusive("validation batches of at least 2 examples");
        using var drawn = new DrawnTargets(trial, training);

        var known = new List<TargetOrder>();
        IReadOnlyList<double> losses = [];
        do
        {
            long seed = trial.Setup.Seed + known.Count;
            using Trial run = trial.Again(setup => setup with { Batch = () => drawn.Give(trial.PassingBatch()), Seed = seed });
            losses = FullTraining.Of(run, training, Epochs);
            if (FullTraining.NotFinite(losses) is not null)
                return Findings.Inconclusive($"a training that stays finite; with labels drawn at random the loss is {Numbers.Text(losses[^1])} after {Numbers.Text(losses.Count)} steps");
            known.Add(TargetOrder.Of(run, held));
            if (!known[0].Varied) return Findings.Inconclusive("validation batches with different targets");
        }
        while (known.Count < Trainings && Knows(known[^1]));

        // The least of all trainings: what one shows and another does not is chance.
        TargetOrder least = known.MinBy(one => one.Z >= Seen ? one.Gain : Math.Min(one.Gain, 0))!;
        bool broken = known.TrueForAll(Knows);
        var findings = new Findings
        {
            Claims = [new("share of the validation loss that true labels win", Bound.AtMost(Least).Meaning($"true labels cost {Numbers.Text(least.Own)}, others {Numbers.Text(least.Other)}, of {Numbers.Text(least.Span)} that there is to win"), least.Z >= Seen ? least.Gain : Math.Min(least.Gain, 0), known.Count == 1 ? "" : $"the least of {Numbers.Text(known.Count)} trainings")],
            Controls = [new("validation examples", Bound.AtLeast(32), held.Sum(batch => batch.Size))],
            Notes = [$"z of true labels against others: {string.Join(", ", known.Select(one => Numbers.Text(one.Z)))}"],
            Curves = [new Curve("loss on drawn labels", losses)],
        };
        if (!broken) return findings;
        (IReadOnlyList<Cause> causes, Place? where) = LeakageCauses.Of(trial, held, drawn, least);
        return findings with { Causes = causes, Where = where };
    }

    private static bool Knows(TargetOrder order) => order is { Z: >= Seen, Gain: > Least };
}

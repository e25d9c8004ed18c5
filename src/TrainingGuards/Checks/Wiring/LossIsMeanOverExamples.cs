using TrainingGuards.Decoding;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Checks.Wiring;

/// <summary>The loss is a mean over examples, each with its own target: it does not change where each is given twice, nor with their order, and does where targets change places.</summary>
/// <remarks>
/// Asked of the loss alone with the outputs of one forward pass: about 25 evaluations of the loss, most of two rows. A change counts from 1e-4 of the loss, rounding in float32 gives 1e-6. Weights of classes and
/// ignored tokens make a weighted mean, which passes; so does a root or a ratio of means, which is noted. A loss that compares the examples of a batch with each other (contrastive, triplets, CLIP), that goes by their
/// order, uses no targets or draws random numbers is no mean: the check does not apply. It cannot see a wrong loss that is a mean, nor a penalty that training adds. Cost: 1 F; 1 F more where the examples are not counted by the first
/// dimension of the outputs alone; 1 F + 2 S where a head begins at zero.
/// </remarks>
/// <param name="examples">The most examples that are tried.</param>
public sealed class LossIsMeanOverExamples(int examples = 32) : Check
{
    /// <summary>The most examples that are tried.</summary>
    public int Examples { get; } = examples >= 2 ? examples : throw new ArgumentOutOfRangeException(nameof(examples), examples, "A mean is one over at least 2 examples.");

    /// <inheritdoc/>
    public override string Claim => "The loss is the mean over examples, each compared with its own target.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        Setup setup = trial.Setup;
        if (setup.Step is not null && setup.Loss is null && setup.JointLoss is null && setup.LossTerms is null)
            return Findings.NotApplicable("the setup gives no Loss beside its Step; set Loss = (output, target) => …");
        (Findings findings, bool blind) = Probe(trial);
        // From equal outputs nothing tells whose target is whose: a head that starts at zero is opened by two steps of training.
        if (!blind || !setup.Trains) return findings;
        for (int step = 0; step < 2; step++) trial.Step(trial.Batch);
        Findings opened = Probe(trial).Findings;
        return opened.NotApplicableBecause is not null ? opened : opened with { Notes = [.. opened.Notes, "measured after 2 training steps: at initialisation all examples have the same outputs"] };
    }

    private (Findings Findings, bool Blind) Probe(Trial trial)
    {
        using IDisposable scope = trial.Scope();
        using IDisposable mode = trial.Evaluating();
        Tensors outputs;
        IReadOnlyList<ExampleAxis>? axes;
        using (no_grad())
        {
            outputs = trial.Forward(trial.Batch.Inputs);
            // A loss that throws on the batch as it is does so here, with the user's own exception.
            _ = trial.Loss(outputs, trial.Batch.Targets);
            axes = ExampleAxis.Of(trial, trial.Batch, outputs);
        }
        if (axes is null || axes.All(axis => axis.Dimension < 0))
            return (Findings.NotApplicable($"no dimension of the outputs {outputs.Shapes} counts the {Numbers.Text(trial.Batch.Size)} examples"), false);
        var loss = new LossOfExamples(trial, ApartExamples.Of(outputs, axes), trial.Batch.Targets, axes);
        try
        {
            var structure = new LossStructure(loss, (int)Math.Min(Examples, trial.Batch.Size) / 2 * 2);
            bool blind = OutputDifference.Spread(outputs, (int)trial.Batch.Size) == 0;
            return (Judge(loss, structure), blind);
        }
#pragma warning disable CA1031 // What a loss throws of a batch of another size is the user's, and no fault: it may be made for one size.
        catch (Exception failure) when (failure is not OperationCanceledException and not BudgetExceededException)
#pragma warning restore CA1031
        {
            return (Findings.NotApplicable($"the loss takes only batches of {Numbers.Text(trial.Batch.Size)} as they are: it throws {failure.GetType().Name} ({failure.Message.Split('\n')[0]}) where examples are left out or given twice"), false);
        }
    }

    private static Findings Judge(LossOfExamples asked, LossStructure loss)
    {
        if (!double.IsFinite(loss.Once)) return new() { Claims = [new("loss", Bound.Between(double.MinValue, double.MaxValue).Meaning("a finite number"), loss.Once)], Where = asked.Where };
        if (loss.Draws)
            return Findings.NotApplicable($"the loss draws random numbers: of the same outputs and targets it differs by {Numbers.Text(loss.Noise)}");
        Bound unchanged = Bound.Between(-LossStructure.Tolerance, LossStructure.Tolerance);
        double Relative(double other) => (other - loss.Once) / loss.Scale;
        var twice = new Measurement("change of the loss, relative to it, where each example is given twice", unchanged,
            [.. loss.Terms.Zip(loss.TermsTwice, (once, two) => new Reading((two.Value - once.Value) / loss.Scale, once.Name.Length == 0 ? "" : $"of term {once.Name}"))]);
        var moved = new Measurement("change of the loss, relative to it, where examples change places with their targets", unchanged, Relative(loss.Moved));
        Findings Broken(Cause cause, params Measurement[] claims) => new() { Claims = claims, Causes = [cause], Where = asked.Where };

        if (loss.IsOverAllPairs)
            return Broken(LossCauses.AllPairs(loss, asked.Outputs, asked.Targets), new Measurement("loss of a few examples − mean of their own losses, relative to it", unchanged, (loss.Some - loss.Own) / loss.Scale), twice, moved);
        if (loss.GoesByOrder && loss.Mispaired() is { } pairs) return Broken(LossCauses.Mispaired(loss, pairs), moved, twice);
        if (loss.GrowsWithNumber)
            return LossCauses.Growth(loss) is { } growth ? Broken(growth, twice, moved)
                : Findings.NotApplicable($"the loss of {Numbers.Text(loss.Examples)} examples goes from {Numbers.Text(loss.Once)} to {Numbers.Text(loss.Twice)} where each is given twice, as neither a mean nor a sum does: it compares the examples of a batch with each other");
        if (loss.GoesByOrder)
            return Findings.NotApplicable($"the loss goes by the order of the examples in the batch: {Numbers.Text(loss.Once)}, and {Numbers.Text(loss.Moved)} where they change places with their targets; so do losses over pairs that lie side by side");
        if (loss.Exchanged is not { } exchanged)
            return Findings.Inconclusive($"at least two different targets among {Numbers.Text(loss.Examples)} examples; they are all the same");
        bool equal = OutputDifference.Spread(asked.Outputs, (int)asked.Targets[0].shape[0]) == 0;
        if (loss.IgnoresPairing && !equal)
        {
            return Findings.NotApplicable(loss.IgnoresTargets
                ? "the loss does not depend on the targets"
                : $"the loss is the same with each other's targets ({Numbers.Text(loss.Once)}), but no mean over all pairs: it compares the batch as a whole");
        }
        return new()
        {
            Claims = [twice, moved],
            Controls = [new("change of the loss, relative to it, where targets alone change places", Bound.MoreThan(LossStructure.Rounding), Math.Abs(Relative(exchanged)))],
            Notes = loss.IsWeightedMean() ? [] : ["it is no weighted mean over examples, but a root or a ratio of means: those of parts of a batch do not make up that of the whole"],
        };
    }
}

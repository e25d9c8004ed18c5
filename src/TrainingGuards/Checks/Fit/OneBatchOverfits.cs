using TrainingGuards.Decoding;
using TrainingGuards.Fitting;
using TrainingGuards.Reporting;

namespace TrainingGuards.Checks.Fit;

/// <summary>The setup learns a few examples by heart: with the user's own step, the loss falls to (nearly) what a perfect prediction costs.</summary>
/// <remarks>
/// A network with more parameters than these examples have bits reaches it (Karpathy, A Recipe for Training Neural Networks, 2019: "overfit one batch"); what
/// prevents it is a fault of wiring. The bound is floor + max(0.05·(chance − floor), 0.01) for classes, and floor + 0.1^p·(chance − floor) for numbers, where chance is
/// the loss of the best constant, floor that of a perfect prediction (above 0 with label smoothing), and p the power by which the loss grows
/// with an error: for mean squared error that is 1 % of the variance. Measured in evaluation and in training mode, the better of the two, so that dropout and
/// running statistics that lag do not count. A loss that falls, and at that pace arrives within four times <c>steps</c>, is given those. It cannot see what harms only generalisation. Cost: at most <c>steps</c> S;
/// to explain a failure, or where more are given, four times that again.
/// </remarks>
/// <param name="steps">How many training steps are made; four times as many where the loss is on its way.</param>
/// <param name="examples">How many examples are learnt, at least 2.</param>
public sealed class OneBatchOverfits(int steps = 400, int examples = 16) : Check
{
    /// <summary>How many training steps are made, before four times as many are where the loss is on its way.</summary>
    public int Steps { get; } = steps > 0 ? steps : throw new ArgumentOutOfRangeException(nameof(steps), steps, "Learning takes at least one step.");

    /// <summary>How many examples are learnt.</summary>
    public int Examples { get; } = examples >= 2 ? examples : throw new ArgumentOutOfRangeException(nameof(examples), examples, "One example alone is learnt by a bias; give at least 2.");

    /// <inheritdoc/>
    public override string Claim => "A few examples are learnt by heart.";

    /// <inheritdoc/>
    public override Suite Suite => Suite.Fit;

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        Batch? batch = FewExamples.From(trial, Examples);
        if (batch is null) return Findings.Inconclusive("examples with at least 2 different targets; the batches hold only one");
        OverfitGoal goal = OverfitGoal.Of(trial, batch);
        if (!(goal.Chance - goal.Floor > 0))
            return Findings.Inconclusive($"a loss that tells a perfect prediction from a constant one; they cost {Numbers.Text(goal.Floor)} and {Numbers.Text(goal.Chance)}");

        OverfitRun run = OverfitRun.Of(trial, batch, goal, Steps);
        IReadOnlyList<Cause> causes = Causes(run);
        if (!run.Reached && causes.Count == 0 && run.IsOnItsWay(goal))
        {
            run = OverfitRun.Of(trial, batch, goal, OverfitRun.Patience * Steps, earlier: run);
            causes = Causes(run);
        }
        var findings = new Findings
        {
            Claims = [.. goal.Measurements(run)],
            Causes = causes,
            Curves = [new Curve("loss", run.Losses) { Levels = goal.Levels }],
            Matrices = run.Predictions is { } predictions ? [predictions] : [],
            Notes = run.Notes,
        };
        return run.Reached || causes.Count > 0 || !run.IsStillFalling ? findings : Findings.Inconclusive(
            $"more steps: after {Numbers.Text(run.Losses.Count)} the loss is {Numbers.Text(run.Loss)}, still falls, and must reach {Numbers.Text(goal.Below)}; as it falls now that takes {Numbers.Text(Math.Ceiling(run.StepsTo(goal)))}: give {nameof(OneBatchOverfits)} more steps") with { Curves = findings.Curves, Matrices = findings.Matrices };

        IReadOnlyList<Cause> Causes(OverfitRun run) => run.Reached ? [] : OverfitDiagnosis.Causes(trial, batch, goal, run, Steps);
    }
}

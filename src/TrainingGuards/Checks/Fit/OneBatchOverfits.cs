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
/// running statistics that lag do not count. It cannot see what harms only generalisation. Cost: at most <c>steps</c> S; four times that again to explain a failure.
/// </remarks>
/// <param name="steps">The most training steps that are made.</param>
/// <param name="examples">How many examples are learnt, at least 2.</param>
public sealed class OneBatchOverfits(int steps = 400, int examples = 16) : Check
{
    /// <summary>The most training steps that are made.</summary>
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
        var findings = new Findings
        {
            Claims = [.. goal.Measurements(run)],
            Curves = [new Curve("loss", run.Losses) { Levels = goal.Levels }],
            Matrices = run.Predictions is { } predictions ? [predictions] : [],
            Notes = run.Notes,
        };
        if (run.Reached) return findings;
        IReadOnlyList<Cause> causes = OverfitDiagnosis.Causes(trial, batch, goal, run, Steps);
        return causes.Count == 0 && run.IsStillFalling
            ? Findings.Inconclusive($"more steps: after {Numbers.Text(Steps)} the loss is {Numbers.Text(run.Loss)}, still falls, and must reach {Numbers.Text(goal.Below)}; try {nameof(OneBatchOverfits)}(steps: {Numbers.Text(OverfitDiagnosis.Patience * Steps)})") with { Curves = findings.Curves, Matrices = findings.Matrices }
            : findings with { Causes = causes };
    }
}

using TrainingGuards.Monitoring;

namespace TrainingGuards;

/// <summary>A check that watches training as it goes: in the user's own loop through a <see cref="TrainingMonitor"/>, or in a suite over some steps.</summary>
/// <param name="steps">How many training steps are watched where the check is put to a setup.</param>
public abstract class DynamicsCheck(int steps) : Check
{
    /// <summary>How many training steps are watched where the check is put to a setup; in the user's own loop it is all of them.</summary>
    public int Steps { get; } = steps > 0 ? steps : throw new ArgumentOutOfRangeException(nameof(steps), steps, "Training takes at least one step.");

    /// <inheritdoc/>
    public override Suite Suite => Suite.Fit;

    /// <summary>Begins to watch a training.</summary>
    /// <param name="training">What is known of it beforehand.</param>
    protected internal abstract Watch Begin(WatchedTraining training);

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial) => SuiteTraining.Of(trial, this);
}

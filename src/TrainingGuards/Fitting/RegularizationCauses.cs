using TrainingGuards.Decoding;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;

namespace TrainingGuards.Fitting;

/// <summary>What draws the weights to zero against the loss: the optimizer's weight decay, or a penalty.</summary>
internal static class RegularizationCauses
{
    private const double Tenth = 0.1;

    /// <summary>The cause; null where weights do not get smaller, or where that is not what keeps the loss up. In no open scope.</summary>
    public static Cause? Of(Trial trial, ChangedTraining changed, WeightTravel travel, int steps)
    {
        if (!(travel.After < travel.Before)) return null;
        string fall = $"the norm of the weights falls from {Numbers.Text(travel.Before)} to {Numbers.Text(travel.After)} in {Numbers.Text(steps)} steps";
        double decay = OptimizerOption.WeightDecay.Largest(trial.Optimizers);
        if (decay > 0)
        {
            OverfitRun other = changed.Of(setup => ChangedTraining.WithOptimizers(setup, OptimizerOption.WeightDecay.SetToZero));
            if (changed.Helps(other))
                return new($"{fall}, and without the optimizer's weight decay of {Numbers.Text(decay)} the same training comes to {Numbers.Text(other.Loss)}: decay draws the weights to 0", "lower the weight decay: 1e-4 to 1e-2 is usual");
        }
        if (trial.Setup is { Penalty: not null, Step: null })
        {
            OverfitRun other = changed.Of(setup => setup with { Penalty = null });
            if (changed.Helps(other))
                return new($"{fall}, and without the Penalty the same training comes to {Numbers.Text(other.Loss)}: the penalty draws the weights to 0", "lower the factor of the penalty until a few examples are learnt, then raise it");
        }
        if (AddedPenalty.Of(trial) is { Ratio: >= 1 } penalty)
        {
            return new(
                $"{fall}, and the step begins with a gradient of which the penalty {penalty.Formula} is {Numbers.Text(penalty.Ratio)} times as much as the loss: the penalty draws the weights to 0",
                "lower the factor of the penalty until a few examples are learnt, then raise it");
        }
        return travel.After < Tenth * travel.Before ? new($"{fall}: weight decay, a penalty, or what writes to them, draws them to 0", "lower weight decay and penalties until a few examples are learnt, then raise them") : null;
    }
}

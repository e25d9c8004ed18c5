using TrainingGuards.Fitting;
using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Why training wins nothing from inputs that the outputs depend on: from a few examples learnt by heart, and from what the data tells without a model.</summary>
internal static class UselessInputs
{
    private const int Few = 16, Told = 512, Enough = 400;
    private const double Seen = 5, Hint = 0.05;

    /// <summary>The causes; null where a slow training explains it as well, with what would tell.</summary>
    public static (IReadOnlyList<Cause> Causes, string? Needs) Of(Trial trial, IReadOnlyList<double> losses, int steps, TargetOrder held)
    {
        if (losses.Any(loss => !double.IsFinite(loss)))
            return ([new($"the loss is {Numbers.Text(losses[^1])} after {Numbers.Text(losses.Count)} steps", "lower the learning rate, clip the gradient, and look for log, sqrt or a division of something that can be 0", "TG6009")], null);
        // What training knows by now, before anything else is trained.
        TargetOrder trained = TargetOrder.Of(trial, [trial.NextBatch(), trial.NextBatch(), trial.NextBatch(), trial.NextBatch()]);
        using Trial fresh = trial.Again();
        if (FewExamples.From(fresh, Few) is not { } few) return ([], null);
        OverfitGoal goal = OverfitGoal.Of(fresh, few);
        int enough = Math.Max(steps, Enough);
        OverfitRun run = OverfitRun.Of(fresh, few, goal, enough);
        if (!run.Reached)
        {
            IReadOnlyList<Cause> causes = OverfitDiagnosis.Causes(fresh, few, goal, run, enough);
            return causes.Count == 0 && run.IsStillFalling
                ? ([], More(steps, $"the loss is {Numbers.Text(losses[^1])} and a few examples alone are still being learnt"))
                : ([.. causes, new($"{Numbers.Text(few.Size)} examples alone are not learnt by heart either: after {Numbers.Text(run.Losses.Count)} steps they cost {Numbers.Text(run.Loss)}", $"make {nameof(Checks.Fit.OneBatchOverfits)} hold first")], null);
        }
        string byHeart = $"the model learns {Numbers.Text(few.Size)} examples by heart, to {Numbers.Text(run.Loss)} in {Numbers.Text(run.Losses.Count)} steps";
        if (trial.Setup.Validation is not null && trained.Z >= Seen && trained.Gain > 2 * Math.Max(held.Gain, 0))
        {
            return ([new(
                $"{byHeart}, and wins {Numbers.Text(100 * trained.Gain)} % from inputs on training batches, on validation {Numbers.Text(100 * held.Gain)} %: what is learnt there does not hold here",
                "look whether the two sets number their classes and prepare their inputs alike, and at twenty training pairs: labels that were shuffled apart from their inputs are learnt by heart and hold nowhere else")], null);
        }
        using LabelledInputs examples = LabelledInputs.Of(TrainingBatches.Of(trial, Told), Told);
        double told = LabelRelation.Within(examples, Seen).Select(relation => relation.Z).DefaultIfEmpty(double.NaN).Max();
        if (told >= Seen || (held.Z >= Seen && held.Gain >= Hint))
            return ([], More(steps, $"the loss is {Numbers.Text(losses[^1])}; {byHeart}, and {(told >= Seen ? $"nearest neighbours tell labels from inputs with z = {Numbers.Text(told)}" : $"wins {Numbers.Text(100 * held.Gain)} % from inputs")}"));
        return ([new(
            $"{byHeart}, so it can use its inputs; of others it wins {Numbers.Text(100 * Math.Max(0, held.Gain))} % from them{(double.IsNaN(told) ? "" : $", and nearest neighbours and a linear probe tell nothing (z = {Numbers.Text(told)} on {Numbers.Text(examples.Count)} examples)")}: inputs and labels are not those of one example, or labels are noise",
            $"look at twenty pairs of input and label; where the relation is one that is slow to learn, give {nameof(Checks.Fit.InputMatters)} more steps")], null);
    }

    private static string More(int steps, string why) => $"more steps: after {Numbers.Text(steps)} {why}; try {nameof(Checks.Fit.InputMatters)}(steps: {Numbers.Text(steps * 4)})";
}

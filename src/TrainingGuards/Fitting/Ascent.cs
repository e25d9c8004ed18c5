using TrainingGuards.Decoding;
using TrainingGuards.Reporting;

namespace TrainingGuards.Fitting;

/// <summary>Whether training goes up the loss: it rises, at a thousandth of the rate as well.</summary>
internal static class Ascent
{
    private const double Certain = 5, Thousandth = 1e-3;
    private const int Fewest = 20, Enough = 100;

    /// <summary>The cause; null where the loss does not rise with five standard deviations, or a small rate takes it down. In no open scope.</summary>
    public static Cause? Of(Trial trial, Batch batch, OverfitRun run)
    {
        double[] losses = [.. run.Losses.TakeWhile(double.IsFinite)];
        if (losses.Length < 2 || !(losses[^1] > losses[0]) || (losses.Length >= Fewest && LossTrend.Whole(losses) < Certain)) return null;
        using Trial slower = trial.Again(setup => ChangedTraining.WithOptimizers(setup, optimizers => ChangedTraining.AtRate(optimizers, Thousandth)));
        // Small steps are hidden by what dropout draws.
        slower.WithoutDropout = true;
        var slow = new List<double>();
        while (slow.Count < Enough && (slow.Count == 0 || double.IsFinite(slow[^1]))) slow.Add(slower.Step(batch));
        return !slow.TrueForAll(double.IsFinite) || !(LossTrend.Whole(slow) >= Certain) ? null : new(
            $"the loss rises from {Numbers.Text(losses[0])} to {Numbers.Text(losses[^1])} in {Numbers.Text(losses.Length)} steps at a learning rate of {RateCauses.Rates(trial)}, and at a thousandth of it from {Numbers.Text(slow[0])} to {Numbers.Text(slow[^1])}: the update goes up the loss",
            "look for maximize: true, and for a minus sign or a reward in the loss or in Step; let GradientDescends show the first step");
    }
}

using TrainingGuards.Decoding;
using TrainingGuards.Fitting;
using TrainingGuards.Monitoring;
using TrainingGuards.Reporting;

namespace TrainingGuards.Checks.Fit;

/// <summary>The loss of the user's own training steps, on one batch after the other, falls.</summary>
/// <remarks>
/// The Mann–Kendall statistic of the losses, of all or of their first half, quarter or eighth, is −5 standard deviations or less; or the loss is at its floor. Broken only where a fall of more than a tenth of what there is to win can be
/// excluded with 5 standard errors after twice the steps; between the two the check asks for more steps, as it does where the learning rate is still rising. Cost: <c>steps</c> S, twice that where no fall is seen; as many again, three times at most, to explain it.
/// </remarks>
/// <param name="steps">How many training steps the loss is watched over; twice as many before it is called broken.</param>
public sealed class TrainingLossFalls(int steps = 200) : Check
{
    private const int Looked = 5;
    private const double Certain = 5, Hint = 3, Tenth = 0.1, Learnt = 0.5, Rising = 1.2, Above = 0.5;

    /// <summary>How many training steps the loss is watched over.</summary>
    public int Steps { get; } = steps >= 20 ? steps : throw new ArgumentOutOfRangeException(nameof(steps), steps, "A trend of fewer than 20 losses is chance.");

    /// <inheritdoc/>
    public override string Claim => "The training loss falls.";

    /// <inheritdoc/>
    public override Suite Suite => Suite.Fit;

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        // Freezing and unfreezing is often done where the optimizer is built; a scheduler may lower the rate where it is built.
        _ = trial.Schedulers;
        OverfitGoal goal = OverfitGoal.Of(trial, trial.Batch);
        ParameterProgress[] all = [.. trial.Parameters.Where(part => part.Parameter.requires_grad && part.Parameter.numel() > 0)
            .DistinctBy(part => part.Parameter, ReferenceEqualityComparer.Instance)
            .Select(part => new ParameterProgress(part.Name, part.Parameter))];
        if (all.Length == 0) return Findings.NotApplicable("no parameter requires a gradient");
        try
        {
            var losses = new List<double>();
            var rates = new List<double>();
            double z = 0;
            for (int round = 1; round <= 2; round++)
            {
                trial.Expect(Steps);
                while (losses.Count < round * Steps && (losses.Count == 0 || double.IsFinite(losses[^1])))
                {
                    rates.Add(LearningRates.Of(trial.Optimizers).DefaultIfEmpty(0).Max());
                    losses.Add(trial.Step(losses.Count == 0 ? trial.Batch : trial.PassingBatch()));
                    if (losses.Count <= Looked)
                        foreach (ParameterProgress one in all) one.See(losses.Count);
                }
                z = double.IsFinite(losses[^1]) ? LossTrend.Fall(losses) : double.NaN;
                if (!(z > -Certain) || LossTrend.Quarters(losses).Last <= goal.Below) break;
            }
            return Judge(trial, all, goal, losses, rates, z);
        }
        finally
        {
            foreach (ParameterProgress one in all) one.Dispose();
        }
    }

    private Findings Judge(Trial trial, ParameterProgress[] all, OverfitGoal goal, List<double> losses, List<double> rates, double z)
    {
        (double first, double last, double error) = LossTrend.Quarters(losses);
        var findings = new Findings { Curves = [new Curve("loss", losses)] };
        var trend = new Measurement($"Mann–Kendall z of the loss in {Numbers.Text(losses.Count)} steps", Bound.AtMost(-Certain).Meaning("a fall"), z);
        // A loss that comes down from its own explosion has not fallen.
        var end = new Measurement($"mean loss of the last {Numbers.Text(losses.Count / 4)} steps", Bound.AtMost(losses[0] + (Above * Math.Abs(losses[0]))).Meaning($"it begins at {Numbers.Text(losses[0])}"), last);
        if (trend.Holds && end.Holds) return findings with { Claims = [trend, end] };
        if (last <= goal.Below)
            return findings with { Claims = [new($"mean loss of the last {Numbers.Text(losses.Count / 4)} steps", Bound.AtMost(goal.Below).Meaning($"it is at its floor: a perfect prediction costs {Numbers.Text(goal.Floor)}"), last)] };
        if (!double.IsNaN(z) && end.Holds && Doubt(goal, losses, rates, z, first, last, error) is { } doubt) return Findings.Inconclusive(doubt) with { Curves = findings.Curves };
        (IReadOnlyList<Cause> causes, Place? where) = new NoFallCauses(trial, all, losses, goal).Find();
        return findings with { Claims = [trend, end], Causes = causes, Where = where };
    }

    // What speaks against calling it broken.
    private string? Doubt(OverfitGoal goal, List<double> losses, List<double> rates, double z, double first, double last, double error)
    {
        string more = $"try {nameof(TrainingLossFalls)}(steps: {Numbers.Text(Steps * 4)})";
        if (rates[^1] > Rising * rates.Average())
            return $"more steps: after {Numbers.Text(losses.Count)} the learning rate still rises, from {Numbers.Text(rates[0])} to {Numbers.Text(rates[^1])}; {more}";
        bool known = goal.Profile.Kind != TargetKind.Unknown;
        if (known && losses.Take(losses.Count / 4).Average() < goal.Floor + (Learnt * (goal.Chance - goal.Floor)))
            return $"a model that is not trained yet: the loss begins at {Numbers.Text(losses[0])}, and a constant costs {Numbers.Text(goal.Chance)}";
        bool excluded = first - last + (Certain * error) < Tenth * Math.Abs(last - goal.Floor);
        return z <= -Hint || !excluded
            ? $"more steps: the mean loss of a quarter of {Numbers.Text(losses.Count)} steps goes from {Numbers.Text(first)} to {Numbers.Text(last)} ± {Numbers.Text(error)}, z = {Numbers.Text(z)}; {more}"
            : null;
    }
}

using TrainingGuards.Fitting;
using TrainingGuards.Monitoring;
using TrainingGuards.Reporting;

namespace TrainingGuards.Checks.Fit;

/// <summary>The learning rate lies below the one at which the loss diverges, and within some decades of the one at which it falls fastest, or makes the loss fall itself.</summary>
/// <remarks>
/// A range test (Smith, Cyclical Learning Rates, 2017): a fresh build is trained with rates that grow evenly in their logarithm, from 10⁻⁵ to 10⁵ times the user's own, the ratio between groups and optimizers kept; of a scheduler the highest
/// rate in <c>scheduledSteps</c> steps is judged. The loss, of eight batches again and again, each less what it cost at first, is smoothed by the median of five. Three decades, not the two of rules of thumb: a sweep sees the fall only of rates that show in some ten steps, and long trainings of sound networks use less. Where
/// a sweep falls is a rule of thumb, that the loss falls at the user's own rate is not: a rate that lies farther off, or whose sweep falls nowhere, gets as many steps of its own on the same batches, and is in range where they reach half of the sweep's fall. The
/// control: the loss falls at some rate, by more than noise. Cost: at most <c>steps</c> S, and as many again where the sweep alone does not show that it holds.
/// </remarks>
/// <param name="steps">How many training steps the sweep has.</param>
/// <param name="decades">How many powers of ten the rate may lie from that of the steepest fall.</param>
/// <param name="scheduledSteps">How many steps of a scheduler are looked through for its highest rate.</param>
public sealed class LearningRateIsInRange(int steps = 120, double decades = 3, int scheduledSteps = 1000) : Check
{
    private const double Large = 0.5;
    private const int Last = 8;

    /// <summary>How many training steps the sweep has.</summary>
    public int Steps { get; } = steps >= 40 ? steps : throw new ArgumentOutOfRangeException(nameof(steps), steps, "Ten decades need at least 40 steps.");

    /// <summary>How many powers of ten the rate may lie from that of the steepest fall.</summary>
    public double Decades { get; } = decades is > 0 and < RateSweep.Decades ? decades : throw new ArgumentOutOfRangeException(nameof(decades), decades, "The sweep reaches 5 decades to either side.");

    /// <summary>How many steps of a scheduler are looked through for its highest rate.</summary>
    public int ScheduledSteps { get; } = scheduledSteps >= 0 ? scheduledSteps : throw new ArgumentOutOfRangeException(nameof(scheduledSteps), scheduledSteps, "A number of steps is not negative.");

    /// <inheritdoc/>
    public override string Claim => "The learning rate is below where the loss diverges and near where it falls fastest.";

    /// <inheritdoc/>
    public override Suite Suite => Suite.Fit;

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        if (RateSweep.WhyNot(trial.Optimizers) is { } because) return Findings.NotApplicable(because);
        RateSweep sweep = RateSweep.Of(trial, Steps, ScheduledSteps);
        double rate = sweep.Rate;
        if (!(rate > 0)) return Findings.Inconclusive($"a learning rate above 0; it is {Numbers.Text(rate)}");
        if (sweep.Overwritten) return Findings.NotApplicable(RateSweep.IsOverwritten);

        RateResponse response = RateResponse.Of(sweep.Losses, Steps);
        double fall = response.Fall;
        string at = sweep.Rates.Distinct().Count() == 1 ? $"at {Numbers.Text(rate)}" : $"at {Words.List([.. sweep.Rates.Distinct().Select(Numbers.Text)])}";
        Curve curve = sweep.CurveOf(response, Steps);
        var claims = new List<Measurement>();
        if (response.Diverges is { } diverges) claims.Add(new("learning rate over that at which the loss diverges", Bound.AtMost(1).Meaning($"it diverges from {sweep.RateAt(diverges)}"), Math.Pow(10, -diverges), at));
        var apart = new Measurement("decades from the rate of the steepest fall", Bound.Between(-Decades, Decades).Meaning($"steepest at {sweep.RateAt(response.Steepest)}"), -response.Steepest, at);
        bool falls = response.Falls, far = falls && !apart.Holds;
        string reached = "";
        if ((far || !falls) && !(response.Diverges <= 0))
        {
            // What the rate itself does is certain; where a sweep falls is not.
            IReadOnlyList<double> own = sweep.AtOwnRates(trial, Steps).Losses;
            double ownFall = own.Count == Steps ? response.Start - SampleMedian.Of([.. own.TakeLast(Last)]) : double.NaN, goal = Math.Max(response.LeastFall, Large * fall);
            var share = new Measurement($"fall of the loss in {Numbers.Text(Steps)} steps at your own rate", Bound.AtLeast(goal).Meaning(falls ? $"half of the {Numbers.Text(fall)} that it falls in the sweep" : "more than noise, and more than in the sweep"), ownFall, at);
            if (share.Holds)
            {
                return new()
                {
                    Claims = [.. claims, share],
                    Curves = [curve, RateSweep.CurveOfOwn(own)],
                    Notes = [falls ? $"in the sweep the loss falls fastest at a rate of {sweep.RateAt(response.Steepest)}, {Numbers.Text(Math.Abs(response.Steepest))} powers of ten from yours; at yours it falls too" : "the loss falls at your rate, but at none of a sweep, which passes through them too fast"],
                };
            }
            if (!falls)
                return Findings.Inconclusive($"a loss that falls at some learning rate; from {sweep.RateAt(-RateSweep.Decades)} to {sweep.RateAt(response.Diverges ?? RateSweep.Decades)} it goes from {Numbers.Text(response.Start)} to {Numbers.Text(response.Least)} at best, and in {Numbers.Text(Steps)} steps at yours it falls by {Numbers.Text(ownFall)}") with { Curves = [curve] };
            claims.Add(apart);
            claims.Add(share);
            reached = $", and in {Numbers.Text(Steps)} steps at it the loss falls by {Numbers.Text(ownFall)} where the sweep makes it fall by {Numbers.Text(fall)}";
        }
        else if (falls)
        {
            claims.Add(apart);
        }
        var findings = new Findings { Claims = claims, Curves = [curve] };
        return claims.TrueForAll(claim => claim.Holds) ? findings : findings with
        {
            Causes = [response.Diverges <= 0
                ? new($"the loss {(falls ? $"falls fastest at a rate of {sweep.RateAt(response.Steepest)} and " : "")}diverges from {sweep.RateAt(response.Diverges.Value)} on; yours is {Numbers.Text(rate)}", $"lower the learning rate to below {sweep.RateAt(response.Diverges.Value - 1)}", "TG8006")
                : new($"the loss falls fastest at a rate of {sweep.RateAt(response.Steepest)}; yours, {Numbers.Text(rate)}, is {Numbers.Text(Math.Abs(response.Steepest))} powers of ten {(response.Steepest > 0 ? "lower" : "higher")}{reached}", $"try {sweep.RateAt(response.Steepest - 1)}, a tenth of it", "TG8006")],
        };
    }
}

using TrainingGuards.Decoding;
using TrainingGuards.Fitting;
using TrainingGuards.Reporting;

namespace TrainingGuards.Checks.Fit;

/// <summary>The training that is planned takes the loss at least 80 % as far as a short training in which the learning rate grows.</summary>
/// <remarks>
/// Of small steps only their number times their rate counts: what a sweep over rates (Smith, Cyclical Learning Rates, 2017) has gone through when the loss has fallen by 80 % of its fall is a length of training at the user's own rate. Where more is planned, it is long enough. Where it is not, a
/// fresh build is trained on the same eight batches with as many steps at the highest rate of the schedule as are planned, at most <c>tried</c>; further ones are taken to go on as steeply as all of these, or as the last quarter where that is steeper. All of that favours what is planned. Needs the length of training. It cannot see what more training would still bring, nor
/// what a schedule takes away. Cost: at most <c>steps</c> S, and at most <c>tried</c> more where the sweep alone does not show that it holds; 2 S where the setup has a <c>Step</c>.
/// </remarks>
/// <param name="epochs">For how many epochs the setup is trained; null where <paramref name="totalSteps"/> says it, or <see cref="Setup.Epochs"/>.</param>
/// <param name="totalSteps">For how many steps it is trained; null where <paramref name="epochs"/> says it.</param>
/// <param name="steps">How many training steps the sweep has, at least 40.</param>
/// <param name="tried">How many of the planned steps are made at most, at least 40.</param>
/// <param name="part">The part of the sweep's fall of the loss that is to be reached.</param>
/// <exception cref="ArgumentOutOfRangeException">A length is not above 0, fewer than 40 steps are made, or <paramref name="part"/> is not between 0 and 1.</exception>
public sealed class TrainingIsLongEnough(int? epochs = null, long? totalSteps = null, int steps = 120, int tried = 400, double part = 0.8) : Check
{
    private const int ScheduledSteps = 1000;

    /// <summary>For how many epochs the setup is trained; null where that is not said.</summary>
    public int? Epochs { get; } = epochs is null or > 0 ? epochs : throw new ArgumentOutOfRangeException(nameof(epochs), epochs, "Training takes at least one epoch.");

    /// <summary>For how many steps it is trained; null where that is not said.</summary>
    public long? TotalSteps { get; } = totalSteps is null or > 0 ? totalSteps : throw new ArgumentOutOfRangeException(nameof(totalSteps), totalSteps, "Training takes at least one step.");

    /// <summary>How many training steps the sweep has.</summary>
    public int Steps { get; } = steps >= 40 ? steps : throw new ArgumentOutOfRangeException(nameof(steps), steps, "Ten decades need at least 40 steps.");

    /// <summary>How many of the planned steps are made at most.</summary>
    public int Tried { get; } = tried >= 40 ? tried : throw new ArgumentOutOfRangeException(nameof(tried), tried, "Fewer than 40 steps tell little of how a training goes on.");

    /// <summary>The part of the sweep's fall of the loss that is to be reached.</summary>
    public double Part { get; } = part is > 0 and < 1 ? part : throw new ArgumentOutOfRangeException(nameof(part), part, "A part lies between 0 and 1; 0.8 is most of it.");

    /// <inheritdoc/>
    public override string Claim => "The training that is planned gets as far as a short one at other rates.";

    /// <inheritdoc/>
    public override Suite Suite => Suite.Fit;

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        int? length = TrainingLength.Epochs(trial.Setup, Epochs, TotalSteps);
        if (length is null && TotalSteps is null) return Findings.NotApplicable(TrainingLength.NotSaid(this));
        if (RateSweep.WhyNot(trial.Optimizers) is { } because) return Findings.NotApplicable(because);
        StepUsage? usage = trial.Setup.Step is null ? null : StepUsage.Of(trial);
        long? perEpoch = TrainingLength.StepsPerEpoch(trial, usage?.Batches ?? 1);
        if ((TotalSteps ?? length * perEpoch) is not { } total) return Findings.NotApplicable("the setup gives no Training, which says how many steps an epoch has; set Training = Examples.From(…), or give totalSteps");

        RateSweep sweep = RateSweep.Of(trial, Steps, (int)Math.Min(ScheduledSteps, total));
        if (sweep.Overwritten) return Findings.NotApplicable(RateSweep.IsOverwritten);
        if (!(sweep.Rate > 0)) return Findings.Inconclusive("a learning rate above 0");
        var plan = new PlannedTraining(total, length, perEpoch, trial.Batch.Size);
        RateResponse response = RateResponse.Of(sweep.Losses, Steps);
        double needed = response.StepsToReach(Part, Steps);
        var findings = new Findings
        {
            Claims = [new("planned steps over those that take the loss as far", Bound.AtLeast(1).Meaning($"{Numbers.Text(Math.Ceiling(needed))} steps at {sweep.RateAt(0)}"), total / needed)],
            Controls = [new("fall of the loss in the sweep", Bound.AtLeast(response.LeastFall), response.Fall)],
            Curves = [sweep.CurveOf(response, Steps)],
        };
        // How far the planned steps come is certain where they are made, and more so than what a sweep makes of them. It passes through rates too fast for some.
        return response.Falls && findings.Claims[0].Holds ? findings : Make(trial, plan, sweep, response, findings);
    }

    private Findings Make(Trial trial, PlannedTraining plan, RateSweep sweep, RateResponse response, Findings findings)
    {
        int made = (int)Math.Min(plan.Steps, Tried);
        IReadOnlyList<double> own = sweep.AtOwnRates(trial, made + PlannedTraining.Around + 1).Losses;
        if (own.Count <= made + PlannedTraining.Around) return Findings.Inconclusive($"a loss that stays finite at your rate; after {Numbers.Text(own.Count)} steps it does not") with { Curves = findings.Curves };
        // Where a sweep falls nowhere, to fall at all is to get farther.
        bool swept = response.Falls;
        double fall = swept ? plan.Reaches(own, made, response.Start) : PlannedTraining.Fell(own, made, response.Start);
        Bound far = swept
            ? Bound.AtLeast(Part * response.Fall).Meaning($"{Numbers.Text(100 * Part)} % of the {Numbers.Text(response.Fall)} that it falls in a sweep of {Numbers.Text(sweep.Losses.Count)} steps")
            : Bound.AtLeast(response.LeastFall).Meaning("more than noise, and more than in a sweep over learning rates");
        findings = findings with
        {
            Claims = [new($"fall of the loss in {Numbers.Text(swept ? plan.Steps : made)} steps at your own rate", far, fall, $"at {sweep.RateAt(0)}")],
            Controls = swept ? findings.Controls : [],
            Curves = [.. findings.Curves, RateSweep.CurveOfOwn(own)],
        };
        if (findings.Claims[0].Holds) return findings;
        return swept
            ? findings with { Causes = [plan.WhyTooShort(sweep, response, Steps, Part, fall)] }
            : Findings.Inconclusive($"a loss that falls: in a sweep over learning rates it does by no more than noise, and in {Numbers.Text(made)} steps at yours by {Numbers.Text(fall)}") with { Curves = findings.Curves };
    }
}

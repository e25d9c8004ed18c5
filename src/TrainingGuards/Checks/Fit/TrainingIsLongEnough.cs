using TorchSharp.Modules;
using TrainingGuards.Decoding;
using TrainingGuards.Fitting;
using TrainingGuards.Monitoring;
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
    // The loss after a step is the median of those of so many steps before and after it.
    private const int Around = 2;
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
        int? length = Epochs ?? (TotalSteps is null ? trial.Setup.Epochs : null);
        if (length is null && TotalSteps is null) return Findings.NotApplicable("how long training is, is not said; set Epochs, or give it to the check: new TrainingIsLongEnough(epochs: …), or totalSteps: …");
        if (trial.Optimizers.FirstOrDefault(optimizer => optimizer is LBFGS or Rprop) is { } searching) return Findings.NotApplicable($"{searching.GetType().Name} finds the length of its steps itself");
        if (!trial.Optimizers.All(optimizer => optimizer.ParamGroups?.Any() == true)) return Findings.NotApplicable("an optimizer has no parameter groups whose learning rate could be read");
        StepUsage? usage = trial.Setup.Step is null ? null : StepUsage.Of(trial);
        long? perEpoch = TrainingLength.StepsPerEpoch(trial, usage?.Batches ?? 1);
        if ((TotalSteps ?? length * perEpoch) is not { } total) return Findings.NotApplicable("the setup gives no Training, which says how many steps an epoch has; set Training = Examples.From(…), or give totalSteps");

        RateSweep sweep = RateSweep.Of(trial, Steps, (int)Math.Min(ScheduledSteps, total));
        if (sweep.Overwritten) return Findings.NotApplicable("the training step sets its learning rate itself");
        if (!(sweep.Rates.Max() > 0)) return Findings.Inconclusive("a learning rate above 0");
        RateResponse response = RateResponse.Of(sweep.Losses, Steps);
        var plan = new PlannedTraining(total, length, perEpoch, trial.Batch.Size, sweep.Rates.Max());
        var curve = new Curve($"loss as the rate grows from {Numbers.Text(plan.RateAt(-RateSweep.Decades))} to {Numbers.Text(plan.RateAt(RateSweep.DecadeOf(sweep.Losses.Count - 1, Steps)))}, evenly in its logarithm", response.Smoothed);
        if (!response.Falls) return Findings.Inconclusive("a loss that falls at some learning rate; LearningRateIsInRange says more") with { Curves = [curve] };

        double needed = response.StepsToReach(Part, Steps);
        var enough = new Measurement("planned steps over those that take the loss as far", Bound.AtLeast(1).Meaning($"{Numbers.Text(Math.Ceiling(needed))} steps at {Numbers.Text(plan.Rate)}"), total / needed);
        Measurement[] controls = [new("fall of the loss in the sweep", Bound.AtLeast(response.LeastFall), response.Fall)];
        if (enough.Holds) return new() { Claims = [enough], Controls = controls, Curves = [curve] };

        // How far the planned steps come is certain where they are few, and more so than what a sweep makes of them.
        int made = (int)Math.Min(total, Tried);
        IReadOnlyList<double> own = sweep.AtOwnRates(trial, made + Around + 1).Losses;
        if (own.Count <= made + Around) return Findings.Inconclusive($"a loss that stays finite at your rate; after {Numbers.Text(own.Count)} steps it does not") with { Curves = [curve] };
        double After(int step) => response.Start - SampleMedian.Of(own.Skip(step - Around).Take((2 * Around) + 1));
        double fall = After(made), slope = total == made ? 0 : Math.Max(fall / made, (fall - After(made * 3 / 4)) / (made - (made * 3 / 4))), reached = fall + (slope * (total - made));
        var share = new Measurement(
            $"fall of the loss in {Numbers.Text(total)} steps at your own rate",
            Bound.AtLeast(Part * response.Fall).Meaning($"{Numbers.Text(100 * Part)} % of the {Numbers.Text(response.Fall)} that it falls in a sweep of {Numbers.Text(sweep.Losses.Count)} steps"), reached, $"at {Numbers.Text(plan.Rate)}");
        var findings = new Findings { Claims = [share], Controls = controls, Curves = [curve, new($"loss in {Numbers.Text(own.Count)} steps at your own rate", own)] };
        return share.Holds ? findings : findings with { Causes = [plan.WhyTooShort(response, Steps, Part, reached)] };
    }
}

using TrainingGuards.Monitoring;
using TrainingGuards.Reporting;

namespace TrainingGuards.Fitting;

/// <summary>The training that a user plans.</summary>
/// <param name="Steps">How many steps it has.</param>
/// <param name="Epochs">How many epochs; null where it is counted in steps.</param>
/// <param name="StepsPerEpoch">How many steps an epoch has; null where that is not known.</param>
/// <param name="BatchSize">How many examples a batch has.</param>
internal sealed record PlannedTraining(long Steps, int? Epochs, long? StepsPerEpoch, long BatchSize)
{
    /// <summary>The loss after a step is the median of those of so many steps before and after it.</summary>
    public const int Around = 2;

    // Of an epoch with so few steps the batches are most of the data; batches of so few examples are not the reason.
    private const int FewBatches = 4, SmallBatch = 32;

    /// <summary>How far some steps take the loss.</summary>
    /// <param name="losses">Of these steps, and of <see cref="Around"/> + 1 more.</param>
    /// <param name="made">How many steps.</param>
    /// <param name="start">The loss before.</param>
    public static double Fell(IReadOnlyList<double> losses, int made, double start) => start - SampleMedian.Of(losses.Skip(made - Around).Take((2 * Around) + 1));

    /// <summary>How far it takes the loss: what is not made goes on as steeply as all that was, or as its last quarter where that is steeper.</summary>
    /// <param name="losses">Of the steps that were made, and of <see cref="Around"/> + 1 more.</param>
    /// <param name="made">How many were made.</param>
    /// <param name="start">The loss before.</param>
    public double Reaches(IReadOnlyList<double> losses, int made, double start)
    {
        int before = made * 3 / 4;
        double fall = Fell(losses, made, start), late = fall - Fell(losses, before, start);
        return fall + ((Steps - made) * Math.Max(fall / made, late / (made - before)));
    }

    /// <summary>Why it takes the loss less far than a sweep over learning rates does.</summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="response">What it shows.</param>
    /// <param name="steps">How many steps it was to have.</param>
    /// <param name="part">The part of its fall that is to be reached.</param>
    /// <param name="reached">How far the plan takes the loss.</param>
    public Cause WhyTooShort(RateSweep sweep, RateResponse response, int steps, double part, double reached)
    {
        double needed = Math.Ceiling(response.StepsToReach(part, steps));
        string longer = StepsPerEpoch is { } perEpoch ? $"train for about {Numbers.Text(Math.Ceiling(needed / perEpoch))} epochs" : $"train for about {Numbers.Text(needed)} steps";
        string evidence = $"{this}, and they take the loss {Numbers.Text(Math.Max(0, 100 * reached / response.Fall))} % as far as a sweep over learning rates";
        string steepest = $"the loss falls fastest at {sweep.RateAt(response.Steepest)}";
        if (StepsPerEpoch <= FewBatches && Steps < steps)
        {
            return BatchSize > SmallBatch
                ? new($"{evidence}: with batches of {Numbers.Text(BatchSize)} an epoch is hardly any steps", $"make smaller batches, of {Numbers.Text(SmallBatch)} to begin with, or {longer}")
                : new($"{evidence}: an epoch of so few examples is hardly any steps", $"look whether all examples are read; with no more, {longer}");
        }
        if (Steps >= steps / 2 && response.Steepest >= 1)
            return new($"{evidence}; there {steepest}, and yours is {sweep.RateAt(0)}: it is too low for so short a training", $"try {sweep.RateAt(response.Steepest - 1)}, a tenth of it, or {longer} at yours", "TG8006");
        return new($"{evidence}: training ends early", response.Steepest >= 1 ? $"{longer}, or try a higher learning rate: {steepest}, yours is {sweep.RateAt(0)}" : longer);
    }

    /// <summary>How long it is, in words.</summary>
    public override string ToString()
    {
        string steps = $"{Numbers.Text(Steps)} {(Steps == 1 ? "step is" : "steps are")} planned";
        return Epochs is { } epochs && StepsPerEpoch is { } each ? $"{steps}, {Numbers.Text(epochs)} {(epochs == 1 ? "epoch" : "epochs")} of {Numbers.Text(each)}" : steps;
    }
}

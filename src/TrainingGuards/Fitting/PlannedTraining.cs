using TrainingGuards.Reporting;

namespace TrainingGuards.Fitting;

/// <summary>The training that a user plans.</summary>
/// <param name="Steps">How many steps it has.</param>
/// <param name="Epochs">How many epochs; null where it is counted in steps.</param>
/// <param name="StepsPerEpoch">How many steps an epoch has; null where that is not known.</param>
/// <param name="BatchSize">How many examples a batch has.</param>
/// <param name="Rate">Its highest learning rate.</param>
internal sealed record PlannedTraining(long Steps, int? Epochs, long? StepsPerEpoch, long BatchSize, double Rate)
{
    // Of an epoch with so few steps the batches are most of the data.
    private const int FewBatches = 4;

    /// <summary>A rate, of its power of ten in units of the plan's.</summary>
    public double RateAt(double decade) => Rate * Math.Pow(10, decade);

    /// <summary>Why it takes the loss less far than a sweep over learning rates does.</summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="steps">How many steps it was to have.</param>
    /// <param name="part">The part of its fall that is to be reached.</param>
    /// <param name="reached">How far the plan takes the loss.</param>
    public Cause WhyTooShort(RateResponse sweep, int steps, double part, double reached)
    {
        double needed = Math.Ceiling(sweep.StepsToReach(part, steps));
        string longer = StepsPerEpoch is { } perEpoch ? $"train for about {Numbers.Text(Math.Ceiling(needed / perEpoch))} epochs" : $"train for about {Numbers.Text(needed)} steps";
        string planned = $"{Numbers.Text(Steps)} {(Steps == 1 ? "step is" : "steps are")} planned{(Epochs is { } epochs && StepsPerEpoch is { } each ? $", {Numbers.Text(epochs)} {(epochs == 1 ? "epoch" : "epochs")} of {Numbers.Text(each)}" : "")}, and they take the loss {Numbers.Text(Math.Max(0, 100 * reached / sweep.Fall))} % as far as a sweep over learning rates";
        string steepest = $"in which it falls fastest at {Numbers.Text(RateAt(sweep.Steepest))}; yours is {Numbers.Text(Rate)}";
        string try10th = Numbers.Text(RateAt(sweep.Steepest - 1));
        if (StepsPerEpoch <= FewBatches && Steps < steps)
            return new($"{planned}: with batches of {Numbers.Text(BatchSize)} an epoch is hardly any steps", $"make smaller batches, of 32 to begin with, or {longer}");
        if (Steps < steps / 2 || sweep.Steepest < 1)
            return new($"{planned}: training ends early", $"{longer}, or raise the learning rate: the loss falls fastest at {Numbers.Text(RateAt(sweep.Steepest))}");
        return new($"{planned}, {steepest}: the learning rate is too low for so short a training", $"try {try10th}, a tenth of it, or {longer} at yours", "TG8006");
    }
}

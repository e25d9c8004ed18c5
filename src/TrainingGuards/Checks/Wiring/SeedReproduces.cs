using TrainingGuards.Decoding;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;

namespace TrainingGuards.Checks.Wiring;

/// <summary>A few training steps from one seed come out the same twice, to the bit; the seed decides what is drawn, and dropout draws anew in every step.</summary>
/// <remarks>
/// Exact on the CPU; on a GPU, which adds in any order, steps may differ by a tenth of themselves. One reading a tensor at the first stage where one differs, one an input and target,
/// one a stage for the generator (two seeds must leave it in different states), and one a dropout from step to step, where two masks are equal by chance
/// with a probability below 1e-9. Where training is the same on the same batches, and the data is the same but for the order of its examples, that order is noted and not judged. It cannot see what differs between processes only, as the hash codes of strings do, nor what lies outside of the setup. It keeps steps + 1 copies of the
/// weights. Cost: 3 × <c>steps</c> S; at most 2 F more to explain a failure; where batches differ 16 examples, or an epoch of those that have no index.
/// </remarks>
/// <param name="steps">How many training steps a run has.</param>
public sealed class SeedReproduces(int steps = 3) : Check
{
    private const string Reorder = "Training gives the same examples in another order each time, whatever the seed is, as a DataLoader that shuffles without seed: does; with seed: it would repeat one order in every epoch (TG5002). "
        + "For an order that the seed decides and each epoch has anew, draw it from torch's generator, as Examples.From(inputs, targets, batchSize, shuffled: true) does with randperm, or make the DataLoader anew in each epoch with seed: seed + epoch";

    /// <summary>How many training steps a run has.</summary>
    public int Steps { get; } = steps > 1 ? steps : throw new ArgumentOutOfRangeException(nameof(steps), steps, "Consecutive steps are at least two.");

    /// <inheritdoc/>
    public override string Claim => "The same seed gives the same training, and no step draws what the last one drew.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        _ = trial.Batch;
        long seed = trial.Setup.Seed;
        using SeededRun first = SeededRun.Of(trial, seed, Steps);
        using SeededRun second = SeededRun.Of(trial, seed, Steps, repeats: first);
        using SeededRun other = SeededRun.Of(trial, seed + 1, Steps);
        (Reading[] generator, string? reseeded, string? note) = Generator(first, other);

        var found = new List<(Cause Cause, Place? Where)>();
        var causes = new SeedCauses(trial);
        bool batchesDiffer = second.OtherBatches.Any(reading => reading.Value != 0);
        if (second.DiffersAt == SeededRun.Start) found.Add(causes.OfStart(second));
        Measurement? order = batchesDiffer && second.DiffersAt is null && trial.Setup is { Batch: null, Training: { } training } ? DataOrder.Of(trial, training, Steps) : null;
        if (order is { Holds: false }) order = null;
        if (batchesDiffer && order is null) found.Add(causes.OfBatch(second));
        if (second.DiffersAt is not null and not SeededRun.Start) found.Add(causes.OfStep(second));
        if (reseeded is not null) found.Add(causes.OfReseeding(reseeded));
        if (first.Masks.Any(mask => mask.Value == 0) && reseeded?.StartsWith("step", StringComparison.Ordinal) != true) found.Add(causes.OfMasks(first.Masks));
        bool onGpu = trial.Device.type == TorchSharp.DeviceType.CUDA && second.DiffersAt != SeededRun.Start;
        return new()
        {
            Claims =
            [
                new("difference between two runs from one seed", SeededRun.Expected(onGpu), second.Differences),
                .. order is not null ? [order] : second.OtherBatches.Count == 0 ? Array.Empty<Measurement>() : [new("batch differs (1) or not (0) between two runs from one seed", Bound.Exactly(0), second.OtherBatches)],
                new($"generator differs (1) or not (0) between seeds {Numbers.Text(seed)} and {Numbers.Text(seed + 1)}", Bound.Exactly(1), generator),
                .. first.Masks.Count == 0 ? Array.Empty<Measurement>() : [new("part of the dropout units that change", Bound.MoreThan(0), first.Masks)],
            ],
            Controls = [new("tensors that training moves", Bound.AtLeast(1), first.Moved)],
            Causes = [.. found.Select(one => one.Cause)],
            Where = found.Select(one => one.Where).FirstOrDefault(where => where is not null),
            Notes =
            [
                .. note is null ? Array.Empty<string>() : [note],
                .. order is null ? Array.Empty<string>() : [Reorder],
                .. reseeded is null && first.BeginsLike(other) ? [$"seed {Numbers.Text(seed + 1)} begins with the weights and the batch of seed {Numbers.Text(seed)}: neither is drawn by torch's generator"] : Array.Empty<string>(),
            ],
        };
    }

    /// <summary>Up to the first stage after which two seeds leave the generator in one state.</summary>
    private static (Reading[] Readings, string? Reseeded, string? Note) Generator(SeededRun first, SeededRun other)
    {
        var readings = new List<Reading>();
        foreach (((string stage, TorchSharp.torch.Tensor one), (_, TorchSharp.torch.Tensor two)) in first.Generators.Zip(other.Generators))
        {
            bool same = TensorBits.Same(one, two);
            // A fixed batch may be made by seeding where nothing else is drawn.
            if (same && stage.StartsWith("Batch", StringComparison.Ordinal) && !first.StepsDraw && first.Masks.Count == 0)
                return ([.. readings], null, $"{stage} leaves the generator in the same state from every seed: nothing is drawn after it, else it would repeat (TG5005)");
            readings.Add(new(same ? 0 : 1, $"after {stage}"));
            if (same) return ([.. readings], stage, null);
        }
        return ([.. readings], null, null);
    }
}

using TrainingGuards.Decoding;
using TrainingGuards.Reporting;

namespace TrainingGuards.Checks.Data;

/// <summary>Augmentation draws anew whenever a training example is fetched, and validation examples are the same each time.</summary>
/// <remarks>
/// Examples read by index are fetched twice in a row, and twice in a row again after the others, and compared bit for bit. Of training examples that change when fetched apart, some must change when fetched in a row and some from epoch to
/// epoch; fetching an example, and beginning an epoch, must leave torch's generator in different states from different states, else it is seeded there. Without any augmentation the claim does not apply. It cannot
/// see by itself whether examples that never change were meant to: say <c>augmented</c>. Cost: no pass of the model; 4 × 16 training and 4 × 16 validation examples, and 2 × 128 more in batches where there is augmentation.
/// </remarks>
/// <param name="augmented">Whether training examples are to change from fetch to fetch; null for either.</param>
/// <param name="examples">How many examples of each set are fetched.</param>
public sealed class AugmentationIsDiverse(bool? augmented = null, int examples = 16) : Check
{
    // Below half, pairs may all be equal by chance: at most 8e-8 for 32 pairs in a row where half of 32 pairs apart differ.
    private const double OftenEnough = 0.5;
    private const int InEpochs = 128, FewestInEpochs = 64;

    /// <summary>Whether training examples are to change from fetch to fetch; null for either.</summary>
    public bool? Augmented { get; } = augmented;

    /// <summary>How many examples of each set are fetched.</summary>
    public int Examples { get; } = examples >= 16 ? examples : throw new ArgumentOutOfRangeException(nameof(examples), examples, "Chance is excluded from 16 examples on.");

    /// <inheritdoc/>
    public override string Claim => "Augmentation draws anew whenever a training example is fetched, and leaves validation examples alone.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        Examples? training = trial.Setup.Training is { HasIndex: true, Count: > 0 } indexed ? indexed : null, validation = trial.Setup.Validation;
        if (training is null && validation is null)
            return Findings.NotApplicable("the setup gives no Training that can be read by index, and no Validation; set Training = Examples.From(loader, …) and Validation");
        var claims = new List<Measurement>();
        var causes = new List<Cause>();
        var notes = new List<string>();
        RepeatedFetches? fetched = training is null ? null : RepeatedFetches.Of(trial, training, Examples);
        if (fetched is not null) OfTraining(trial, training!, fetched, claims, causes);
        if (validation is not null) OfValidation(trial, validation, fetched, claims, causes, notes);
        bool broken = claims.Any(claim => !claim.Holds), decided = broken || fetched is { Changing: > 0 } || Augmented is not null;
        if (!decided)
        {
            return Findings.NotApplicable(fetched is null
                ? "the training examples cannot be read by index, so that it is not seen whether they are augmented; set Training = Examples.From(loader, …)"
                : $"nothing is random: {Numbers.Text(fetched.Indices.Count)} training examples are the same at each of four fetches; say augmented: true where they are to change");
        }
        if (fetched is null && Augmented is not null && !broken) return Findings.Inconclusive("Training that can be read by index, to see whether it is augmented");
        return new() { Claims = claims, Causes = broken ? causes : [], Notes = notes };
    }

    private void OfTraining(Trial trial, Examples training, RepeatedFetches fetched, List<Measurement> claims, List<Cause> causes)
    {
        string count = Numbers.Text(fetched.Indices.Count);
        if (Augmented is { } meant)
        {
            claims.Add(new($"training examples that change, of {count}", meant ? Bound.AtLeast(1) : Bound.Exactly(0), fetched.Changing, meant ? "" : First(fetched)));
            if (meant && fetched.Changing == 0)
            {
                causes.Add(new(
                    $"{count} training examples are the same at each of four fetches: the transform is not applied, its result is not used (TG5003), or it draws from a generator that is made with a fixed seed at each fetch",
                    "return the transformed tensor from GetTensor, and draw from one generator that lives as long as the data set (Random.Shared, or torch's)", "TG5005"));
            }
            else if (!meant && fetched.Changing > 0)
                causes.Add(new($"{Numbers.Text(fetched.Changing)} of {count} training examples change from fetch to fetch", "leave augmentation out until the model overfits without it, or say augmented: true"));
        }
        Reading[] generator =
        [
            .. fetched.Indices.Take(2).Select(index => new Reading(Reseeding.Differs(() => trial.Example(training, index)), $"after fetching training example {Numbers.Text(index)}")),
            new(Reseeding.Differs(() => _ = trial.Epoch(training).FirstOrDefault()), "after the first batch of an epoch"),
        ];
        claims.Add(new("generator differs (1) or not (0) between two seeds", Bound.Exactly(1), generator));
        foreach (Reading reseeded in generator.Where(reading => reading.Value == 0).Take(1))
        {
            causes.Insert(0, new(
                $"{reseeded.Culprit} torch's generator is in the same state, whatever it was before: manual_seed is called there, and augmentation, Dropout and shuffling repeat from there on",
                "seed once, before training; for repeatable data draw from a torch.Generator or System.Random of its own", "TG5005"));
        }
        if (fetched.Apart < OftenEnough || fetched.Indices.Count < 16) return;
        claims.Add(new("share of training examples that differ from their last fetch, a moment ago", Bound.MoreThan(0), fetched.InARow));
        if (fetched.InARow == 0)
        {
            causes.Add(new(
                $"{count} training examples fetched twice in a row are the same both times, while {Numbers.Text(100 * fetched.Apart)} % of those fetched later are not: the generator is made anew with a seed that lasts a while, such as the clock",
                "draw from one generator that lives as long as the data set: Random.Shared, or torch's", "TG5005"));
        }
        OfEpochs(trial, training, claims, causes);
    }

    private static void OfEpochs(Trial trial, Examples training, List<Measurement> claims, List<Cause> causes)
    {
        EpochRecord first = EpochRecord.Of(trial.Epoch(training), InEpochs), second = EpochRecord.Of(trial.Epoch(training), InEpochs);
        if (Math.Min(first.Hashes.Count, second.Hashes.Count) < FewestInEpochs) return;
        var seen = first.Hashes.ToHashSet();
        int changed = second.Hashes.Count(look => !seen.Contains(look));
        claims.Add(new($"examples that look different in the second epoch, of {Numbers.Text(second.Hashes.Count)}", Bound.AtLeast(1), changed));
        if (changed == 0)
        {
            causes.Add(new(
                $"the second epoch has {Numbers.Text(second.Hashes.Count)} examples of the first as they were, to the bit, though an example fetched by itself changes: what draws is seeded when an epoch begins, or augmented examples are kept",
                "seed once, before the first epoch; keep the examples as they were before augmentation", "TG5005"));
        }
    }

    private void OfValidation(Trial trial, Examples validation, RepeatedFetches? training, List<Measurement> claims, List<Cause> causes, List<string> notes)
    {
        Reading[] changing;
        if (validation.HasIndex)
        {
            RepeatedFetches fetched = RepeatedFetches.Of(trial, validation, Examples);
            changing = [.. fetched.Indices.Zip(fetched.Changes).Select(pair => new Reading(pair.Second ? 1 : 0, $"in validation example {Numbers.Text(pair.First)}"))];
        }
        else if (OfValidationEpochs(trial, validation) is { } own) changing = [own];
        else
        {
            notes.Add("validation examples come in another order or selection each epoch, and cannot be read by index: not judged");
            return;
        }
        claims.Add(new("validation example changes (1) or not (0)", Bound.Exactly(0), changing));
        if (changing.All(reading => reading.Value == 0)) return;
        string seen = $"{Numbers.Text(changing.Count(reading => reading.Value != 0))} of {Numbers.Text(changing.Length)} validation examples are not the same each time";
        causes.Add(training is { Changing: 0 }
            ? new(validation.HasIndex ? $"{seen}, and all training examples are: the two sets are swapped" : "validation examples are not the same each time, and training examples are: the two sets are swapped", "give the augmented set to Training, and the other to Validation", "TG5008")
            : new(validation.HasIndex ? seen : "the labels of two validation epochs are the same in the same order, and the inputs are not: they are changed at random", "leave random transforms out of the validation set; a fixed crop or scaling may stay", "TG5008"));
    }

    // Without an index: the same sequence of labels with other inputs shows it, the same inputs in any order refute it.
    private static Reading? OfValidationEpochs(Trial trial, Examples validation)
    {
        EpochRecord first = EpochRecord.Of(trial.Epoch(validation), 2 * InEpochs), second = EpochRecord.Of(trial.Epoch(validation), 2 * InEpochs);
        if (first.Hashes.Order().SequenceEqual(second.Hashes.Order())) return new(0, "of the epoch");
        return EpochOrder.ByLabels(first, second) is { Same: true, Tells: true } ? new(1, "of the epoch") : null;
    }

    private static string First(RepeatedFetches fetched) =>
        fetched.Changing == 0 ? "" : $"the first is {Numbers.Text(fetched.Indices[fetched.Changes.ToList().IndexOf(true)])}";
}

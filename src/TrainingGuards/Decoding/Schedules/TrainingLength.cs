namespace TrainingGuards.Decoding;

/// <summary>How many steps a training has, of what the user says of it.</summary>
internal static class TrainingLength
{
    /// <summary>How many epochs: as a check was told, else as the setup says; null where steps are told, or nothing is.</summary>
    public static int? Epochs(Setup setup, int? told, long? toldSteps) => told ?? (toldSteps is null ? setup.Epochs : null);

    /// <summary>Why a check does not apply where nobody says how long training is.</summary>
    public static string NotSaid(Check check) => $"how long training is, is not said; set Epochs, or give it to the check: new {check.Name}(epochs: …), or totalSteps: …";

    /// <summary>The training steps of an epoch; null where the setup gives no training data to count.</summary>
    /// <param name="trial">What is trained.</param>
    /// <param name="batchesPerStep">How many batches a step takes.</param>
    public static long? StepsPerEpoch(Trial trial, int batchesPerStep)
    {
        if (trial.Setup.Training is not { } training) return null;
        long batches = training.Count is { } count ? Ceiling(count, trial.Batch.Size) ?? 0 : trial.Epoch(training).LongCount();
        return Ceiling(batches, batchesPerStep);
    }

    /// <summary>How many of a size there are where the last may be smaller; null where no size is given.</summary>
    public static long? Ceiling(long all, long? size) => size is > 0 ? (all + size - 1) / size : null;
}

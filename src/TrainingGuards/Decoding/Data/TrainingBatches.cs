namespace TrainingGuards.Decoding;

/// <summary>The training data as far as the setup gives it: an epoch of <see cref="Setup.Training"/>, else the first batches that <see cref="Setup.Batch"/> yields.</summary>
internal static class TrainingBatches
{
    /// <summary>An epoch, or batches until there are enough examples.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="enough">How many examples are enough where they are drawn.</param>
    public static IEnumerable<Batch> Of(Trial trial, long enough) => trial.Setup.Training is { } training ? trial.Epoch(training) : DrawnBatches.Of(trial, enough, most: int.MaxValue);
}

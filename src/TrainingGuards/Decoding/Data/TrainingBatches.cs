using TrainingGuards.Trials;

namespace TrainingGuards.Decoding;

/// <summary>The training data as far as the setup gives it: an epoch of <see cref="Setup.Training"/>, else the first batches that <see cref="Setup.Batch"/> yields.</summary>
internal static class TrainingBatches
{
    /// <summary>An epoch, or batches until there are enough examples; a setup that yields its first batch again has shown all it has.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="enough">How many examples are enough where they are drawn.</param>
    public static IEnumerable<Batch> Of(Trial trial, long enough) => trial.Setup.Training is { } training ? trial.Epoch(training) : Drawn(trial, enough);

    private static IEnumerable<Batch> Drawn(Trial trial, long enough)
    {
        Batch first = trial.Batch, batch = first;
        for (long examples = 0; ;)
        {
            yield return batch;
            if ((examples += batch.Size) >= enough) yield break;
            batch = trial.NextBatch();
            if (batch.Inputs.Zip(first.Inputs).All(pair => TensorBits.Same(pair.First, pair.Second))) yield break;
        }
    }
}

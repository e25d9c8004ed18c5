using TrainingGuards.Trials;

namespace TrainingGuards.Decoding;

/// <summary>Batches that <see cref="Setup.Batch"/> yields one after the other; where it comes back to its first, it has shown all that it has.</summary>
internal static class DrawnBatches
{
    /// <summary>Batches until there are enough examples.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="examples">How many examples are enough.</param>
    /// <param name="fewest">How many batches there are at least, however many examples they have.</param>
    /// <param name="most">How many there are at most.</param>
    public static IEnumerable<Batch> Of(Trial trial, long examples, int fewest = 1, int most = 32)
    {
        Batch first = trial.Batch;
        long seen = 0;
        for (int k = 0; k < most && (k < fewest || seen < examples); k++)
        {
            Batch batch = k == 0 ? first : trial.NextBatch();
            if (k > 0 && TensorBits.AllSame(batch.Inputs, first.Inputs)) yield break;
            seen += batch.Size;
            yield return batch;
        }
    }
}

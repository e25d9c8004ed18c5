namespace TrainingGuards.Decoding;

/// <summary>Batches that <c>Batch</c> yields one after the other, until it comes back to an earlier one: then it has shown all that it has.</summary>
internal static class DrawnBatches
{
    private const int Most = 32;

    /// <summary>Up to 32 batches, and no more than it takes for a number of examples; where <paramref name="fewest"/> is given at least so many batches.</summary>
    public static IEnumerable<Batch> Of(Trial trial, int examples, int fewest = 1)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        long count = 0;
        for (int k = 0; k < Most && (k < fewest || count < examples); k++)
        {
            Batch batch = k == 0 ? trial.Batch : trial.NextBatch();
            if (!seen.Add(string.Join(',', Fingerprint.Of(batch)))) yield break;
            count += batch.Size;
            yield return batch;
        }
    }
}

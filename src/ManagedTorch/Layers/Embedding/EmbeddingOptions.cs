namespace TorchSharp.Layers;

/// <summary>What an embedding does besides looking rows up.</summary>
/// <param name="Padding">The row that learns nothing.</param>
/// <param name="MaxNorm">The norm to which a longer row is cut when it is looked up.</param>
/// <param name="NormType">The p of that norm.</param>
/// <param name="ScaleByFrequency">Whether a row's gradient is divided by the number of its occurrences.</param>
internal sealed record EmbeddingOptions(long? Padding, double? MaxNorm, double NormType, bool ScaleByFrequency)
{
    /// <summary>Options as the factories take them; a padding counted from the end is resolved.</summary>
    public static EmbeddingOptions Of(long rows, long? padding, double? maxNorm, double normType, bool scaleByFrequency, bool sparse)
    {
        if (sparse) throw Gap.SparseEmbedding.Exception;
        if (padding is { } index && (index >= rows || index < -rows))
            throw new ArgumentException("Padding_idx must be within num_embeddings", nameof(padding));
        return new(padding < 0 ? padding + rows : padding, maxNorm, normType, scaleByFrequency);
    }
}

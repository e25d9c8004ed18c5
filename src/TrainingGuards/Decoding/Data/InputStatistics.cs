using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>The statistics of all inputs of a set that are numbers and not indices.</summary>
internal static class InputStatistics
{
    /// <summary>One for each floating-point input; none where the inputs are integers. The caller disposes of them.</summary>
    public static IReadOnlyList<ChannelStatistics> Of(IEnumerable<Batch> batches)
    {
        var all = new SortedDictionary<int, ChannelStatistics>();
        try
        {
            foreach (Batch batch in batches)
            {
                for (int i = 0; i < batch.Inputs.Count; i++)
                {
                    Tensor input = batch.Inputs[i];
                    if (!input.is_floating_point() || input.dim() == 0 || input.shape[0] != batch.Size || input.numel() == 0) continue;
                    if (!all.TryGetValue(i, out ChannelStatistics? statistics)) all[i] = statistics = new(batch.Inputs.NameOf(i, "input"));
                    statistics.See(input.dim() == 1 ? input.unsqueeze(1) : input);
                }
            }
            return [.. all.Values];
        }
        catch
        {
            foreach (ChannelStatistics statistics in all.Values) statistics.Dispose();
            throw;
        }
    }
}

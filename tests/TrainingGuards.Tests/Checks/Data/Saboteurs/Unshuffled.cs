using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Data.Saboteurs;

/// <summary>Examples sorted by label, in batches that are not shuffled.</summary>
internal static class Unshuffled
{
    public static Setup Setup
    {
        get
        {
            manual_seed(0);
            (Tensor inputs, Tensor labels) = SampleData.Blobs(640, 8, 4);
            Tensor order = labels.argsort();
            return SoundSetups.Classifier with { Batch = null, Evaluate = null, Training = Examples.From(inputs.index_select(0, order), labels.index_select(0, order), batchSize: 32) };
        }
    }
}

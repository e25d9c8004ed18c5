using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Data.Saboteurs;

/// <summary>Training inputs that were shuffled, and their labels that were not; validation examples as they should be.</summary>
internal static class ShuffledApart
{
    public static Setup Setup(bool inValidation = false)
    {
        manual_seed(0);
        (Tensor inputs, Tensor labels) = SampleData.Blobs(768, 8, 4);
        Tensor Apart(Tensor tensor) => tensor.index_select(0, randperm(tensor.shape[0]));
        Tensor validation = inputs.narrow(0, 512, 256);
        return SoundSetups.Classifier with
        {
            Batch = null,
            Evaluate = null,
            Training = Examples.From(Apart(inputs.narrow(0, 0, 512)), labels.narrow(0, 0, 512), 32, shuffled: true),
            Validation = Examples.From(inValidation ? Apart(validation) : validation, labels.narrow(0, 512, 256), 32),
        };
    }
}

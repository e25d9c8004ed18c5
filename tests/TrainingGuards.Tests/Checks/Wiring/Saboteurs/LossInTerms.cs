using TrainingGuards.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>A loss of two terms, the kind and the position of each example; the second is changed by one line.</summary>
internal static class LossInTerms
{
    public static Setup Setup(Func<Tensor, Tensor, Tensor>? position = null) => SoundSetups.TwoOutputs with
    {
        JointLoss = null,
        LossTerms = (outputs, targets) => new Dictionary<string, Tensor>
        {
            ["kind"] = cross_entropy(outputs[0], targets[0]),
            ["position"] = (position ?? ((output, target) => mse_loss(output, target)))(outputs[1], targets[1]),
        },
    };
}

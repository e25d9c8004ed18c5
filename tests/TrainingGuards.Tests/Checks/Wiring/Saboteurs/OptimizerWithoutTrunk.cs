using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>The optimizer is given the heads and not the trunk.</summary>
internal static class OptimizerWithoutTrunk
{
    public static Setup Setup { get; } = SoundSetups.TwoOutputs with
    {
        Optimizer = null,
        OptimizerFor = model =>
            optim.Adam(model.named_parameters().Where(part => !part.name.StartsWith("trunk", StringComparison.Ordinal)).Select(part => part.parameter), lr: 3e-3),
    };
}

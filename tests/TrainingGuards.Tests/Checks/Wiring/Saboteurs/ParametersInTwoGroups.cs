using TorchSharp.Modules;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>The head is given a learning rate of its own, and is still among all parameters.</summary>
internal static class ParametersInTwoGroups
{
    public static Setup Setup { get; } = SoundSetups.Classifier with
    {
        Optimizer = null,
        OptimizerFor = model => optim.AdamW(
        [
            new AdamW.ParamGroup(model.parameters(), lr: 1e-3),
            new AdamW.ParamGroup(model.named_parameters().Where(part => part.name.StartsWith("head", StringComparison.Ordinal)).Select(part => part.parameter), lr: 1e-2),
        ]),
    };
}

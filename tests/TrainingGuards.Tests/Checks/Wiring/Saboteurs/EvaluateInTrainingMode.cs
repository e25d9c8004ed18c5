using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>An evaluation that never calls eval().</summary>
internal static class EvaluateInTrainingMode
{
    private static readonly (Tensor Inputs, Tensor Classes) Held = SampleData.Held(() => SampleData.Quarters(64));

    public static Setup Setup { get; } = SoundSetups.ConvNet with { Evaluate = Loss };

    private static double Loss(nn.Module model)
    {
        using var grad = no_grad();
        Tensor output = ((ConvNet)model).call(Held.Inputs.to(model.parameters().First().device));
        return nn.functional.cross_entropy(output, Held.Classes.to(output.device)).ToDouble();
    }
}

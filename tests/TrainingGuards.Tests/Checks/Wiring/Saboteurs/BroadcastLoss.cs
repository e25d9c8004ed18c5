using TrainingGuards.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>A column of outputs, [n, 1], is compared with a row of targets, [n].</summary>
internal static class BroadcastLoss
{
    public static Setup Setup { get; } = SoundSetups.Regressor with
    {
        Batch = Rows,
        Loss = (output, target) => mse_loss(output, target),
    };

    /// <summary>The same, written out, of which libtorch says nothing.</summary>
    public static Setup ByHand { get; } = Setup with { Loss = (output, target) => (output - target).square().mean() };

    private static Batch Rows()
    {
        (Tensor inputs, Tensor values) = SampleData.Smooth(32);
        return (inputs, values.squeeze(-1));
    }
}

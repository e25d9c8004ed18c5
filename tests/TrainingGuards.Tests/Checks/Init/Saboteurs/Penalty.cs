using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Init.Saboteurs;

/// <summary>The sum of all squared weights, as it should be and a line away from it.</summary>
internal static class Penalty
{
    public static Tensor Squares(nn.Module model) => 1e-3 * model.parameters().Select(weight => weight.square().sum()).Aggregate((a, b) => a + b);

    public static Tensor Negative(nn.Module model) => -1e-3 * model.parameters().Select(weight => weight.square().sum()).Aggregate((a, b) => a + b);

    public static Tensor Cut(nn.Module model) => 1e-3 * model.parameters().Select(weight => weight.detach().square().sum()).Aggregate((a, b) => a + b);
}

using static TorchSharp.torch.optim;

namespace TrainingGuards.Monitoring;

/// <summary>The learning rates of parameter groups.</summary>
internal static class LearningRates
{
    /// <summary>That of each group of all optimizers, in order.</summary>
    public static IReadOnlyList<double> Of(IReadOnlyList<Optimizer> optimizers) =>
        [.. optimizers.SelectMany(optimizer => optimizer.ParamGroups ?? []).Select(group => group.LearningRate)];
}

using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Monitoring;

/// <summary>What a model says of the same examples, in evaluation mode and without gradients.</summary>
internal static class FixedPredictions
{
    /// <summary>Copies of the outputs on the host, which the caller disposes of.</summary>
    public static Tensors Of(Trial trial, Tensors inputs)
    {
        using IDisposable mode = trial.Evaluating();
        using var grad = no_grad();
        using IDisposable scope = trial.Scope();
        return trial.Forward(inputs).Select(output => output.detach().cpu().clone().DetachFromDisposeScope());
    }
}

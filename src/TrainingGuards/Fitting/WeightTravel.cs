using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Fitting;

/// <summary>How far the weights of two dimensions and more have come in a training, all of them together, and how far a step takes them.</summary>
/// <param name="Before">‖w‖₂ before training.</param>
/// <param name="After">‖w‖₂ after it.</param>
/// <param name="Moved">The largest ‖Δ‖/‖before‖ of one of them.</param>
/// <param name="FirstStep">The largest ‖Δ‖/‖w‖ of one of them in the first step.</param>
/// <param name="NextStep">The same in a step after training.</param>
internal sealed record WeightTravel(double Before, double After, double Moved, double FirstStep, double NextStep)
{
    /// <summary>Compares a trained trial with another build of it, and makes a step with each. In no open scope.</summary>
    public static WeightTravel Of(Trial trial, Batch batch)
    {
        using Trial fresh = trial.Again();
        var kept = new List<Dictionary<string, Tensor>>();
        Dictionary<string, Tensor> Weights(Trial of)
        {
            kept.Add(Copies(of));
            return kept[^1];
        }
        try
        {
            Dictionary<string, Tensor> before = Weights(fresh), after = Weights(trial);
            fresh.Step(batch);
            trial.Step(batch);
            return new(Norm(before.Values), Norm(after.Values), Largest(before, after), Largest(before, Weights(fresh)), Largest(after, Weights(trial)));
        }
        finally
        {
            foreach (Tensor tensor in kept.SelectMany(weights => weights.Values)) tensor.Dispose();
        }
    }

    private static Dictionary<string, Tensor> Copies(Trial trial)
    {
        // Freezing is often done where the optimizer is built.
        _ = trial.Optimizers;
        var weights = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        using var grad = no_grad();
        foreach ((string name, Parameter parameter) in trial.Parameters)
            if (parameter.requires_grad && parameter.dim() >= 2 && parameter.numel() > 0) weights.TryAdd(name, parameter.detach().to(ScalarType.Float64, copy: true).DetachFromDisposeScope());
        return weights;
    }

    // What begins at zero has no size to compare with.
    private static double Largest(Dictionary<string, Tensor> was, Dictionary<string, Tensor> now)
    {
        using var scope = NewDisposeScope();
        return was.Where(one => now.ContainsKey(one.Key)).Select(one => (Size: Norm([one.Value]), Apart: Norm([now[one.Key] - one.Value]))).Where(one => one.Size > 0).Select(one => one.Apart / one.Size).DefaultIfEmpty(0).Max();
    }

    private static double Norm(IEnumerable<Tensor> all)
    {
        using var scope = NewDisposeScope();
        return Math.Sqrt(all.Sum(one => one.square().sum().ToDouble()));
    }
}

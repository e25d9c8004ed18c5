using TorchSharp.Modules;
using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>A batch normalisation in one training pass: what it was given, and what that did to its running statistics.</summary>
/// <param name="Path">The module's path.</param>
/// <param name="Norm">The module.</param>
/// <param name="Weight">The weight of the batch in the new running mean, 1 − that of all before; NaN where there are no running statistics.</param>
/// <param name="Error">How far the running mean was from the batch's own, in standard errors of that, root mean square over the channels; NaN where the batch is too small to tell.</param>
internal sealed record BatchStatistics(string Path, NormBase Norm, double Weight, double Error)
{
    // Of fewer examples the standard error is itself no better known than by a third.
    private const long FewestExamples = 16;

    /// <summary>Those in training mode that a pass of a batch calls once each; it moves their statistics.</summary>
    public static IReadOnlyList<BatchStatistics> Of(Trial trial, Batch batch)
    {
        using IDisposable scope = trial.Scope();
        using IDisposable grad = no_grad();
        trial.Model.train();
        var seen = new List<(string Path, NormBase Norm, Tensor Means, Tensor Before)>();
        void Entered(string path, nn.Module module, Tensors inputs)
        {
            if (module is not BatchNorm { training: true } norm || inputs.Count != 1) return;
            Tensor input = inputs[0].detach().to(ScalarType.Float64);
            // The mean of each example: numbers within an image are no independent sample.
            Tensor means = input.dim() > 2 ? input.flatten(2).mean([2L]) : input;
            Tensor before = norm.running_mean is { IsInvalid: false } mean ? mean.detach().to(ScalarType.Float64).clone() : zeros(0);
            // A forward with a dispose scope of its own would take them along.
            seen.Add((path, norm, means.DetachFromDisposeScope(), before.DetachFromDisposeScope()));
        }
        try
        {
            using (new ModuleHooks(trial.Model, Entered, (_, _, _) => { })) trial.Forward(batch.Inputs);
            return [.. seen.GroupBy(one => one.Path).Where(group => group.Count() == 1).Select(group => Read(group.First()))];
        }
        finally
        {
            foreach ((_, _, Tensor means, Tensor before) in seen)
            {
                means.Dispose();
                before.Dispose();
            }
        }
    }

    private static BatchStatistics Read((string Path, NormBase Norm, Tensor Means, Tensor Before) one)
    {
        if (one.Before.numel() == 0) return new(one.Path, one.Norm, double.NaN, double.NaN);
        Tensor own = one.Means.mean([0L]), toBatch = own - one.Before, moved = one.Norm.running_mean!.detach().to(ScalarType.Float64) - one.Before;
        double distance = toBatch.square().sum().ToDouble();
        double weight = distance > 0 ? (moved * toBatch).sum().ToDouble() / distance : one.Norm.momentum ?? 1;
        long examples = one.Means.shape[0];
        if (examples < FewestExamples) return new(one.Path, one.Norm, weight, double.NaN);
        Tensor error = one.Means.std([0L]) / Math.Sqrt(examples);
        Tensor alive = error.gt(1e-6 * one.Means.abs().mean());
        double squares = (toBatch / error).square().masked_select(alive).mean().ToDouble();
        return new(one.Path, one.Norm, weight, alive.any().ToBoolean() ? Math.Sqrt(squares) : double.NaN);
    }
}

using TorchSharp.Modules;
using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>How far numbers to be predicted are from what an untrained model says, in units of what its weights can change.</summary>
/// <param name="Distance">The root mean square of target − output.</param>
/// <param name="Reach">That by which the output changes where N(0, 1/fan-in) is added to every weight: about as much as torch draws them with.</param>
/// <param name="Mean">The mean of the targets.</param>
/// <param name="Deviation">Their standard deviation.</param>
/// <param name="Output">The root mean square of the output.</param>
internal sealed record TargetReach(double Distance, double Reach, double Mean, double Deviation, double Output)
{
    private const double Perfect = 1e-3;

    /// <summary>How often the weights must change by the size that they have.</summary>
    public double Ratio => Distance / Reach;

    /// <summary>Of a model that predicts numbers as they are; null where the loss compares others, or the output does not move. In an open scope, in evaluation mode and without gradients.</summary>
    public static TargetReach? Of(Trial trial, Batch batch, Tensors outputs)
    {
        if (LossProfile.Of(trial, outputs, batch.Targets) is not { Kind: TargetKind.Numbers } profile) return null;
        double loss = trial.Loss(outputs, batch.Targets).ToDouble();
        // Where the targets as predictions cost as much as others, the loss takes them in other units.
        if (!(profile.Floor <= Perfect * Math.Min(loss, profile.Chance))) return null;
        Tensor output = outputs[0].detach().to(ScalarType.Float64).flatten(), target = batch.Targets[0].detach().to(ScalarType.Float64).flatten();
        using Trial moved = trial.Again();
        // Freezing is often done where the optimizer is built.
        if (moved.Setup.Trains) _ = moved.Optimizers;
        using IDisposable scope = moved.Scope();
        using IDisposable mode = moved.Evaluating();
        using var grad = no_grad();
        foreach (Parameter parameter in moved.Model.parameters().Where(parameter => parameter.requires_grad && parameter.dim() >= 2 && parameter.numel() > 0))
            parameter.add_(randn_like(parameter) / Math.Sqrt(parameter.numel() / (double)parameter.shape[0]));
        Tensor other = moved.Forward(batch.Inputs)[0].detach().to(ScalarType.Float64).flatten();
        double reach = Rms(other - output);
        return reach > 0 && double.IsFinite(reach) ? new(Rms(target - output), reach, target.mean().ToDouble(), Rms(target - target.mean()), Rms(output)) : null;
    }

    /// <summary>The part of the way to the targets that some steps of training go. In no open scope.</summary>
    public double Covered(Trial trial, Batch batch, int steps)
    {
        using Trial trained = trial.Again();
        for (int step = 0; step < steps; step++) trained.Step(batch);
        using IDisposable scope = trained.Scope();
        using IDisposable mode = trained.Evaluating();
        using var grad = no_grad();
        Tensor output = trained.Forward(batch.Inputs)[0].detach().to(ScalarType.Float64).flatten(), target = batch.Targets[0].detach().to(ScalarType.Float64).flatten();
        return 1 - (Rms(target - output) / Distance);
    }

    /// <summary>Why, and what to do.</summary>
    public Cause Cause(string target, int steps, double? covered) => new(
        $"the {target}s have a mean of {Numbers.Text(Mean)} and a standard deviation of {Numbers.Text(Deviation)}, the untrained outputs are of the size {Numbers.Text(Output)} and change by {Numbers.Text(Reach)} where every weight changes by its own size: "
        + $"the targets are {Numbers.Text(Ratio)} times as far away{(covered is { } part ? $", and {Numbers.Text(steps)} steps go {Numbers.Text(100 * part)} % of the way" : "")}",
        $"standardise the {target}s, (target − mean) / deviation of the training data, and take it back where you predict");

    private static double Rms(Tensor values) => values.square().mean().sqrt().ToDouble();
}

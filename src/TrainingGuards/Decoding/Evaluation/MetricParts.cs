using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>What metrics come to on one batch of a set: for each metric its sum and how many numbers it is over.</summary>
/// <param name="Examples">The examples of the batch.</param>
/// <param name="Sums">By the name of the metric.</param>
internal sealed record MetricParts(long Examples, IReadOnlyDictionary<string, (double Sum, double Count)> Sums)
{
    /// <summary>The name of the metric that the check was given.</summary>
    public const string Given = "metric";

    /// <summary>The batches of a set, in evaluation mode.</summary>
    /// <param name="trial">The trial, in evaluation mode.</param>
    /// <param name="set">The set.</param>
    /// <param name="metric">The metric of each example or position; null for those that the outputs and targets suggest.</param>
    public static IReadOnlyList<MetricParts> Of(Trial trial, Examples set, Func<Tensors, Tensors, Tensor>? metric)
    {
        var parts = new List<MetricParts>();
        foreach (Batch batch in trial.Epoch(set))
        {
            using IDisposable scope = trial.Scope();
            using IDisposable grad = no_grad();
            Batch here = batch.CopyTo(trial.Device);
            Tensors outputs = trial.Forward(here.Inputs);
            parts.Add(new(here.Size, metric is null ? Suggested(trial, outputs, here.Targets) : new Dictionary<string, (double, double)> { [Given] = SumOf(metric(outputs, here.Targets)) }));
        }
        return parts;
    }

    private static Dictionary<string, (double, double)> Suggested(Trial trial, Tensors outputs, Tensors targets)
    {
        var sums = new Dictionary<string, (double, double)>(StringComparer.Ordinal);
        double size = targets[0].shape[0];
        if (outputs.Count == 1 && targets.Count == 1)
        {
            Tensor output = outputs[0], target = targets[0];
            if (SetupValidation.Classes(output, target) is not null)
            {
                size = target.ne(trial.Setup.IgnoreIndex).sum().ToDouble();
                double accuracy = LossProfile.Accuracy(trial.Setup, output, target);
                (sums["accuracy"], sums["error rate"], sums["accuracy in percent"]) = ((accuracy * size, size), ((1 - accuracy) * size, size), (100 * accuracy * size, size));
            }
            else if (target.is_floating_point() && target.numel() == output.numel())
            {
                Tensor error = output - target.reshape(output.shape);
                (sums["mean squared error"], sums["mean absolute error"]) = (SumOf(error.square()), SumOf(error.abs()));
                if (target.eq(0).logical_or(target.eq(1)).all().ToBoolean()) sums["accuracy"] = SumOf(output.gt(0).eq(target.reshape(output.shape).gt(0)));
            }
        }
        if (trial.Setup.Loss is not null || trial.Setup.JointLoss is not null || trial.Setup.LossTerms is not null)
            sums["loss"] = (trial.Loss(outputs, targets).ToDouble() * size, size);
        return sums;
    }

    private static (double Sum, double Count) SumOf(Tensor values) => (values.to(ScalarType.Float64).sum().ToDouble(), values.numel());
}

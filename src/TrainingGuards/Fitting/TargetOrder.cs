using TrainingGuards.Decoding;
using static TorchSharp.torch;

namespace TrainingGuards.Fitting;

/// <summary>How much less a model's outputs cost with their own targets than with those of another example of the batch.</summary>
/// <param name="Own">The loss with their own targets, in evaluation mode.</param>
/// <param name="Other">The mean loss with the targets in a random order.</param>
/// <param name="Deviation">The standard deviation of <see cref="Other"/>, of the whole, between orders.</param>
/// <param name="Span">What there is to win: the loss of the best constant less that of a perfect prediction; the size of <see cref="Other"/> where these are unknown.</param>
/// <param name="Varied">Whether targets differ within a batch: where they do not, no order can cost more.</param>
internal sealed record TargetOrder(double Own, double Other, double Deviation, double Span, bool Varied)
{
    private const int Orders = 256, Fewest = 32;

    // Sums in another order differ by this.
    private const double Rounding = 1e-6;

    /// <summary>What is won by a target being its own, as a share of what there is to win.</summary>
    public double Gain => (Other - Own) / Span;

    /// <summary>The same in standard deviations of what targets in a random order give; 0 where no order makes a difference.</summary>
    public double Z => double.IsNaN(Other - Own) ? double.NaN : Deviation > Rounding * Math.Abs(Own) ? (Other - Own) / Deviation : 0;

    public static TargetOrder Of(Trial trial, IReadOnlyList<Batch> batches)
    {
        using IDisposable mode = trial.Evaluating();
        double examples = batches.Sum(batch => batch.Size), own = 0, other = 0, variance = 0, span = 0;
        bool varied = false;
        foreach (Batch batch in batches)
        {
            using IDisposable scope = trial.Scope();
            using var grad = no_grad();
            Tensors outputs = trial.Forward(batch.Inputs);
            double weight = batch.Size / examples;
            double[] losses = new double[Math.Max(Fewest, Orders / batches.Count)];
            for (int k = 0; k < losses.Length; k++)
            {
                using var each = NewDisposeScope();
                Tensor order = randperm(batch.Size, device: batch.Targets[0].device);
                Tensors targets = batch.Targets.Select(target => target.index_select(0, order));
                varied = varied || !Trials.TensorBits.AllSame(targets, batch.Targets);
                losses[k] = trial.Loss(outputs, targets).ToDouble();
            }
            double mean = losses.Average();
            LossProfile profile = LossProfile.Of(trial, outputs, batch.Targets);
            own += weight * trial.Loss(outputs, batch.Targets).ToDouble();
            other += weight * mean;
            variance += weight * weight * losses.Sum(loss => (loss - mean) * (loss - mean)) / (losses.Length - 1);
            span += weight * (profile.Kind != TargetKind.Unknown && profile.Chance > profile.Floor ? profile.Chance - profile.Floor : Math.Abs(mean));
        }
        return new(own, other, Math.Sqrt(variance), span, varied);
    }
}

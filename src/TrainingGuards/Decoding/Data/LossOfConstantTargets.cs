using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>What the user's loss makes of targets that are all the same; it shows which it ignores, and whether it takes zeros and ones.</summary>
internal static class LossOfConstantTargets
{
    private const int AtEachEnd = 32;

    /// <summary>The size of the loss where every target is one class: NaN or 0 where it ignores that class. Of many classes the first and the last 32.</summary>
    public static IReadOnlyList<(long Class, double Loss)> OfClasses(Trial trial, Tensor output, Tensor target, long classes)
    {
        var losses = new List<(long, double)>();
        for (long index = 0; index < classes; index++)
        {
            if (index >= AtEachEnd && index < classes - AtEachEnd) continue;
            using var scope = NewDisposeScope();
            losses.Add((index, Math.Abs(trial.Loss(output, full_like(target, index)).ToDouble())));
        }
        return losses;
    }

    /// <summary>Whether the loss of an output of zeros is log 2, whatever the target: a binary cross-entropy on logits.</summary>
    public static bool IsBinary(Trial trial, Tensor output, Tensor target)
    {
        if (!target.is_floating_point() || target.numel() != output.numel()) return false;
        using var scope = NewDisposeScope();
        Tensor none = zeros_like(output);
        double[] losses = [.. new[] { 0, 0.5, 1 }.Select(value => trial.Loss(none, full_like(target, value)).ToDouble() / Math.Log(2))];
        return losses[0] > 0.5 && losses.Max() - losses.Min() < 1e-4 * losses[0] && Math.Abs(losses[0] - Math.Round(losses[0])) < 1e-3;
    }
}

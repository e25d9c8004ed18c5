using TrainingGuards.Fitting;
using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Why outputs do not follow an input whose examples change places: it is not used, or what is used of it is one for the whole batch.</summary>
internal static class IgnoredInput
{
    // Far above what sums in another order differ by: what follows so little at first follows nothing.
    private const double Heard = 1e-3;

    /// <param name="trial">The trained trial.</param>
    /// <param name="batch">What the outputs were looked at on.</param>
    /// <param name="input">Which input.</param>
    /// <param name="steps">How many steps were made.</param>
    public static (Cause Cause, Place? Where) Of(Trial trial, Batch batch, int input, int steps)
    {
        string name = batch.Inputs.NameOf(input, "input");
        using Trial fresh = trial.Again();
        double untrained = InputInfluence.OfPlaces(fresh, batch, input);
        if (untrained > Heard)
        {
            return (
                new(
                    $"the untrained outputs change by {Numbers.Text(100 * untrained)} % of their size where examples of {name} change places, and not after {Numbers.Text(steps)} steps at a learning rate of {RateCauses.Rates(trial)}: training has made them alike",
                    "lower the learning rate, by a factor of ten until the outputs follow the inputs; else look for an activation that dies and for what draws the weights to 0", "TG8006"),
                Where(trial, batch, input));
        }
        double zeros = InputInfluence.OfZeros(trial, batch, input);
        Cause cause = zeros > InputInfluence.Rounding
            ? new($"the outputs change by {Numbers.Text(100 * zeros)} % with zeros in place of {name}, and not when its examples change places: what is used of it is one for the whole batch", "reduce over features or time: dimension 0 counts the examples", "TG6004")
            : new($"the outputs are the same with zeros in place of {name}: it is not used", $"use {name} in forward; look for a factor of 0, and for a constant or another tensor in its place");
        return (cause, Where(trial, batch, input));
    }

    private static Place? Where(Trial trial, Batch batch, int input)
    {
        // Of several inputs the modules of the others would be taken for silent ones.
        if (batch.Inputs.Count > 1)
            return MethodLines.Forward(trial.Model) is { } lines ? new(trial.Model.GetType().Name, lines.Text(lines.First, lines.Last)) : null;
        using IDisposable scope = trial.Scope();
        using var grad = no_grad();
        using IDisposable mode = trial.Evaluating();
        IReadOnlyList<TraceEvent> before = ModuleTrace.Copied(trial.Model, () => trial.Forward(batch.Inputs));
        IReadOnlyList<TraceEvent> after = ModuleTrace.Copied(trial.Model, () => trial.Forward(InputInfluence.With(batch, input, tensor => tensor.roll(1, 0))));
        if (before.Count != after.Count) return null;
        return Culprit.In(trial.Model, before, i => Same(before[i].Tensors, after[i].Tensors))?.Place("mul", "zeros_like", "ones_like", "zeros", "ones", "mean", "sum", "max", "amax");
    }

    private static bool Same(Tensors before, Tensors after)
    {
        foreach ((Tensor a, Tensor b) in before.Zip(after))
        {
            if (!a.shape.AsSpan().SequenceEqual(b.shape)) return false;
            using var scope = NewDisposeScope();
            Tensor was = a.to(ScalarType.Float64), now = b.to(ScalarType.Float64);
            if ((now - was).square().sum().sqrt().ToDouble() > InputInfluence.Rounding * was.square().sum().sqrt().ToDouble()) return false;
        }
        return true;
    }
}

using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Why outputs do not follow an input whose examples change places: it is not used, or what is used of it is one for the whole batch.</summary>
internal static class IgnoredInput
{
    public static (Cause Cause, Place? Where) Of(Trial trial, Batch batch, int input)
    {
        string name = batch.Inputs.NameOf(input, "input");
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

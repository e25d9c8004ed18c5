using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Whether the sequences of a batch influence each other, at whatever time: then what looks ahead is seen only when that is mended.</summary>
internal static class MixedSequences
{
    /// <summary>One forward pass, with the first sequence alone replaced; null where no other changes its output.</summary>
    public static Cause? Of(Trial trial, TimeAxis axis, Tensors outputs)
    {
        if (axis.Examples < 2) return null;
        using var scope = NewDisposeScope();
        Tensors changed = trial.Forward(axis.FirstReplaced().Inputs);
        double apart = 0;
        for (int k = 0; k < outputs.Count && k < changed.Count; k++)
        {
            if (!outputs[k].is_floating_point() || axis.ByTime(outputs[k]) is not { } before || axis.ByTime(changed[k]) is not { } after || before.shape[0] != axis.Examples) continue;
            Tensor was = before.narrow(0, 1, axis.Examples - 1), now = after.narrow(0, 1, axis.Examples - 1);
            if (TensorBits.Same(was, now)) continue;
            apart = Math.Max(apart, (was.detach().to(ScalarType.Float64) - now.detach().to(ScalarType.Float64)).nan_to_num(double.MaxValue).abs().max().ToDouble());
        }
        return apart == 0 ? null : new(
            $"with the first of {Numbers.Text(axis.Examples)} sequences alone replaced the outputs of the others change too (Δ {Numbers.Text(apart)}): examples are mixed over the batch, whatever their time",
            "let ExamplesAreIsolated show what mixes them: a softmax or a reduction over dimension 0, or attention and recurrence that take the batch for time", "TG6004, TG6010");
    }
}

using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>How much the outputs change when something is done to one of the inputs, in evaluation mode, else in training mode.</summary>
internal static class InputInfluence
{
    /// <summary>What counts as no change: sums in another order differ by as much.</summary>
    public const double Rounding = 1e-6;

    /// <summary>The positions of the inputs whose examples differ.</summary>
    public static IReadOnlyList<int> Varied(Batch batch) =>
        [.. Enumerable.Range(0, batch.Inputs.Count).Where(k => batch.Inputs[k].dim() > 0 && batch.Inputs[k].shape[0] == batch.Size && !SameAfterRoll(batch.Inputs[k]))];

    /// <summary>The change, relative to the outputs, where the examples of an input change places.</summary>
    public static double OfPlaces(Trial trial, Batch batch, int input) => Of(trial, batch, input, tensor => tensor.roll(1, 0));

    /// <summary>The change, relative to the outputs, where an input is zeros.</summary>
    public static double OfZeros(Trial trial, Batch batch, int input) => Of(trial, batch, input, tensor => zeros_like(tensor));

    /// <summary>The inputs with one of them changed.</summary>
    public static Tensors With(Batch batch, int input, Func<Tensor, Tensor> change)
    {
        int at = 0;
        return batch.Inputs.Select(tensor => at++ == input ? change(tensor) : tensor);
    }

    private static double Of(Trial trial, Batch batch, int input, Func<Tensor, Tensor> change)
    {
        using IDisposable scope = trial.Scope();
        using var grad = no_grad();
        Tensors changed = With(batch, input, change);
        double Distance()
        {
            Tensors before = Forward(batch.Inputs), after = Forward(changed);
            double moved = 0, size = 0;
            foreach ((Tensor a, Tensor b) in before.Zip(after))
            {
                if (!a.shape.AsSpan().SequenceEqual(b.shape)) return double.NaN;
                moved += (b.to(ScalarType.Float64) - a.to(ScalarType.Float64)).square().sum().ToDouble();
                size += a.to(ScalarType.Float64).square().sum().ToDouble();
            }
            return size > 0 ? Math.Sqrt(moved / size) : Math.Sqrt(moved);
        }
        // The same noise both times, where there is any.
        Tensors Forward(Tensors inputs)
        {
            manual_seed(trial.Setup.Seed);
            return trial.Forward(inputs);
        }
        double distance;
        using (trial.Evaluating()) distance = Distance();
        return distance > Rounding ? distance : Distance();
    }

    private static bool SameAfterRoll(Tensor tensor)
    {
        using Tensor rolled = tensor.roll(1, 0);
        return Trials.TensorBits.Same(tensor, rolled);
    }
}

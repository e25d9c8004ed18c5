using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Finds by experiment why units are silent: raises their biases or negates their weights, sets biases to zero, looks at what enters.</summary>
internal static class SilenceCauses
{
    private static readonly double[] Raises = [10, 1e3, 1e5];

    /// <summary>
    /// The layers that are silent by themselves: their units fire once their biases are raised or, where they have none, their weights are negated. A layer that then still gets no gradient is cut off by something else, and one that
    /// gets it once those behind it fire was cut off by them.
    /// </summary>
    public static IReadOnlyList<WeightedLayer> ByThemselves(Trial trial, IReadOnlyList<WeightedLayer> over, double limit)
    {
        var silent = new List<WeightedLayer>();
        var changed = new List<(Tensor Values, Tensor Before)>();
        try
        {
            foreach (WeightedLayer layer in over.Reverse())
            {
                if (changed.Count > 0 && Share(trial, layer) <= limit) continue;
                Tensor values = layer.Bias ?? layer.Weight, before = Trials.TensorBits.Copy(values);
                changed.Add((values, before));
                if (layer.Bias is null ? Fires(layer, values, -before) : Raises.Any(raise => Fires(layer, values, before + raise))) silent.Insert(0, layer);
                else Set(values, before);
            }
            return silent;
        }
        finally
        {
            foreach ((Tensor values, Tensor before) in changed)
            {
                Set(values, before);
                before.Dispose();
            }
        }

        bool Fires(WeightedLayer layer, Tensor values, Tensor others)
        {
            using (others) Set(values, others);
            return Share(trial, layer) <= limit;
        }
    }

    /// <summary>Why a layer is silent.</summary>
    public static Cause Of(Trial trial, WeightedLayer layer, long silent, double limit)
    {
        string units = $"{Numbers.Text(silent)} of {Numbers.Text(layer.Units)} units of `{layer.Path}` never fire";
        if (layer.Bias is { } bias && Mean(bias) is < 0 and var mean && ShareWithoutBias(trial, layer) is var without && without <= limit)
        {
            return new(
                $"{units}: biases of {Numbers.Text(mean)} on average hold them below 0; with biases of 0 it is {Numbers.Text(Math.Round(without * layer.Units))}",
                $"initialise the bias of `{layer.Path}` at 0, or leave it as TorchSharp makes it");
        }
        double negative = ShareOfNegative(layer.Weight.detach(), orZero: false), entering = Entering(trial, layer);
        if (negative == 0 && entering == 1)
        {
            return new(
                $"{units}: no weight of `{layer.WeightName}` is below 0, and nothing that enters is above 0",
                $"scale what enters `{layer.Path}` to mean 0, and initialise its weights with both signs");
        }
        return entering == 1
            ? new($"{units}: nothing that enters `{layer.Path}` is above 0", "scale what enters to mean 0 and standard deviation 1")
            : new($"{units}", $"initialise `{layer.Path}` with TorchSharp's default, scale what enters to mean 0 and standard deviation 1, or use LeakyReLU");
    }

    private static double ShareWithoutBias(Trial trial, WeightedLayer layer)
    {
        using Tensor before = Trials.TensorBits.Copy(layer.Bias!), none = zeros_like(before);
        try
        {
            Set(layer.Bias!, none);
            return Share(trial, layer);
        }
        finally
        {
            Set(layer.Bias!, before);
        }
    }

    private static double Share(Trial trial, WeightedLayer layer)
    {
        using var units = new SilentUnits([layer]);
        units.See(trial, trial.Batch);
        return units.Share(layer);
    }

    private static void Set(Tensor values, Tensor others)
    {
        using var grad = no_grad();
        values.copy_(others);
    }

    // The share of the numbers that enter a layer and are not above 0; NaN where it is not seen.
    private static double Entering(Trial trial, WeightedLayer layer)
    {
        using IDisposable scope = trial.Scope();
        using var grad = no_grad();
        IReadOnlyList<TraceEvent> events = ModuleTrace.Copied(trial.Model, () => trial.Forward(trial.Batch.Inputs));
        return events.Where(at => at.Entered && ReferenceEquals(at.Module, layer.Module)).SelectMany(at => at.Tensors)
            .Where(tensor => tensor.is_floating_point()).Select(tensor => ShareOfNegative(tensor, orZero: true)).FirstOrDefault(double.NaN);
    }

    private static double ShareOfNegative(Tensor tensor, bool orZero)
    {
        using var scope = NewDisposeScope();
        return (orZero ? tensor.le(0) : tensor.lt(0)).to(ScalarType.Float64).mean().ToDouble();
    }

    private static double Mean(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().to(ScalarType.Float64).mean().ToDouble();
    }
}

using TorchSharp.Modules;
using TrainingGuards.Reporting;

namespace TrainingGuards.Decoding;

/// <summary>Layers that training begins with and that make what enters much larger.</summary>
internal static class LargeWeights
{
    /// <summary>
    /// The linear and convolution layers whose beginning is to be judged: those that train, and behind which no normalisation makes the size of their weights mean nothing. How torch begins
    /// recurrent and transposed layers does not keep the size of what enters.
    /// </summary>
    public static IReadOnlyList<WeightedLayer> Judged(LayerSignals signals) => [.. signals.Layers
        .Where(layer => !layer.IsNormalised)
        .SelectMany(layer => layer.Weights)
        .Where(layer => layer.Weight.requires_grad && layer.Module is Linear or (Convolution and not ConvolutionTranspose))];

    /// <summary>Those of some layers that are drawn anew with another seed; what was loaded is as training left it.</summary>
    public static IReadOnlyList<WeightedLayer> Drawn(Trial trial, IReadOnlyList<WeightedLayer> layers)
    {
        if (layers.Count == 0) return layers;
        IReadOnlySet<string> drawn = DrawnParameters.Among(trial, layers.Select(layer => (layer.WeightName, layer.Weight)));
        return [.. layers.Where(layer => drawn.Contains(layer.WeightName))];
    }

    /// <summary>Why, and what to do.</summary>
    public static Cause Cause(WeightedLayer layer) => new(
        $"`{layer.WeightName}` multiplies what enters by about {Numbers.Text(layer.Gain)}: weights of root mean square {Numbers.Text(layer.Gain / Math.Sqrt(layer.FanIn))} for {Numbers.Text(layer.FanIn)} inputs are too large, "
        + $"√(2/{Numbers.Text(layer.FanIn)}) = {Numbers.Text(Math.Sqrt(2.0 / layer.FanIn))} keeps the size",
        $"initialise `{layer.WeightName}` with TorchSharp's default, or kaiming_normal_ in front of ReLU");
}

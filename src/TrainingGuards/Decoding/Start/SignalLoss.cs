using TrainingGuards.Reporting;

namespace TrainingGuards.Decoding;

/// <summary>Reads which layers make the signal grow or vanish.</summary>
internal static class SignalLoss
{
    // Default initialisation has a gain of 0.58, He's 1.41, tanh's 1.67; a branch or a head may be made small on purpose.
    private const double Large = 3, Small = 0.1;

    /// <summary>The causes, and the first layer that is to blame; null where none is.</summary>
    public static (IReadOnlyList<Cause> Causes, WeightedLayer? Where) Of(IReadOnlyList<LayerSignal> layers, IReadOnlyList<Reading> relative, double ratio)
    {
        WeightedLayer[] weights = [.. layers.SelectMany(layer => layer.Weights).Where(layer => layer.Gain > 0)];
        WeightedLayer[] large = [.. weights.Where(layer => layer.Gain > Large)], small = [.. weights.Where(layer => layer.Gain < Small)];
        var causes = new List<Cause>();
        int dead = Enumerable.Range(0, layers.Count).FirstOrDefault(i => layers[i].Signal == 0, -1);
        if (dead > 0 && small.Length == 0)
        {
            causes.Add(new(
                $"`{layers[dead].Path}` returns the same for all examples, while `{layers[dead - 1].Path}` does not: what lies between them lets nothing through",
                $"look behind `{layers[dead - 1].Path}` for an activation whose units are dead (ReluUnitsFire) or far in its flat range"));
            return (causes, layers[dead - 1].Weights[0]);
        }
        bool vanishes = relative[^1].Value < 1;
        if (!vanishes && large.Length > 0) causes.Add(Scaled(large, large.MaxBy(layer => layer.Gain)!, "grows", "large"));
        else if (vanishes && small.Length > 0) causes.Add(Scaled(small, small.MinBy(layer => layer.Gain)!, "shrinks", "small"));
        else if (large.Length > 0 || small.Length > 0)
            causes.Add(large.Length > 0 ? Scaled(large, large.MaxBy(layer => layer.Gain)!, "changes", "large") : Scaled(small, small.MinBy(layer => layer.Gain)!, "changes", "small"));
        if (causes.Count > 0) return (causes, large.Concat(small).FirstOrDefault(layer => (vanishes ? small : large).Contains(layer)) ?? large.Concat(small).First());
        double factor = Math.Pow(relative[^1].Value, 1.0 / Math.Max(1, layers.Count - 1));
        if (relative.Any(reading => !(reading.Value >= 1 / ratio && reading.Value <= ratio)))
        {
            causes.Add(new(
                $"the signal changes by a factor of {Numbers.Text(factor)} a layer over {Numbers.Text(layers.Count)} layers, none of which is far from TorchSharp's default",
                "put normalisation or residual connections between the layers, or initialise with kaiming_normal_ in front of ReLU and xavier_uniform_ in front of tanh"));
        }
        return (causes, layers[^1].Weights[0]);
    }

    private static Cause Scaled(WeightedLayer[] layers, WeightedLayer worst, string what, string size)
    {
        string names = Words.List([.. layers.Select(layer => $"`{layer.WeightName}`")]);
        return new(
            $"the signal {what} in {names}: weights of root mean square {Numbers.Text(worst.Gain / Math.Sqrt(worst.FanIn))} for {Numbers.Text(worst.FanIn)} inputs are too {size}, "
            + $"√(2/{Numbers.Text(worst.FanIn)}) = {Numbers.Text(Math.Sqrt(2.0 / worst.FanIn))} keeps the size",
            $"initialise {names} with TorchSharp's default, or kaiming_normal_ in front of ReLU");
    }
}

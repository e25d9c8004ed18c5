namespace TrainingGuards.Analyzers.Flow;

/// <summary>What one of TorchSharp's layers makes of the axes of its input.</summary>
internal static class AxesOfLayer
{
    public static AxisLengths Of(Layer layer, AxisLengths input, TorchSymbols torch)
    {
        string name = layer.Type.Name;
        if (Layers.IsLinear(layer.Type, torch))
        {
            return input.EndingIn((long?)layer.Number("outputSize"));
        }
        if (name == "Identity" || Activation.Of(layer.Type, torch) is not null || Layers.IsDropout(layer.Type, torch) || Layers.IsNormalization(layer.Type, torch))
        {
            return input;
        }
        if (name == "Flatten")
        {
            return layer is { Creation: not null } && layer.Number("start_dim") is { } start && layer.Number("end_dim") is { } end
                ? input.Flattened((int)start, (int)end)
                : AxisLengths.Unknown;
        }
        if (name == "Embedding")
        {
            return input.Unsqueezed(-1).EndingIn((long?)layer.Number("embedding_dims"));
        }
        // How many axes there are stays; how long they become is arithmetic that nobody asks for.
        return input.Rank is { } rank && (Layers.IsConvolution(layer.Type, torch) || name.Contains("Pool")) ? AxisLengths.OfRank(rank) : AxisLengths.Unknown;
    }
}

namespace TrainingGuards.Analyzers.Flow;

/// <summary>What a batch goes through on the way from an operation to its consumer.</summary>
internal sealed class BatchWay
{
    private BatchWay(BatchConsumer consumer, bool isAlone, bool keepsAxes, Layer? weights) =>
        (Consumer, IsAlone, KeepsAxes, Weights) = (consumer, isAlone, keepsAxes, weights);

    public BatchWay(BatchConsumer consumer)
        : this(consumer, isAlone: true, keepsAxes: true, weights: null)
    {
    }

    public BatchConsumer Consumer { get; }

    /// <summary>Whether nothing else flows in: no sum, product or concatenation with another tensor.</summary>
    public bool IsAlone { get; }

    /// <summary>Whether every axis stays where it is.</summary>
    public bool KeepsAxes { get; }

    /// <summary>The first layer with weights that comes after the operation, null where there is none.</summary>
    public Layer? Weights { get; }

    /// <summary>The way as it is before an operation that may move axes.</summary>
    public BatchWay Through(bool keepsAxes) => new(Consumer, IsAlone, KeepsAxes && keepsAxes, Weights);

    /// <summary>The way as it is before a layer.</summary>
    public BatchWay Through(Layer layer, TorchSymbols torch) =>
        new(Consumer, IsAlone, KeepsAxes && AxisMap.KeepsAxes(layer.Type, torch), Layers.HasParameters(layer.Type, torch) ? layer : Weights);

    /// <summary>The way as it is before another tensor is brought in.</summary>
    public BatchWay Joined() => new(Consumer, isAlone: false, KeepsAxes, Weights);
}

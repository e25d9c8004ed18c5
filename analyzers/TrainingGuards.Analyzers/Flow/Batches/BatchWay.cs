namespace TrainingGuards.Analyzers.Flow;

/// <summary>What a batch goes through on the way from an operation to its consumer.</summary>
internal sealed class BatchWay
{
    private BatchWay(BatchConsumer consumer, bool isAlone, bool keepsAxes, Layer? weights, Layer? next) =>
        (Consumer, IsAlone, KeepsAxes, Weights, Next) = (consumer, isAlone, keepsAxes, weights, next);

    public BatchWay(BatchConsumer consumer)
        : this(consumer, isAlone: true, keepsAxes: true, weights: null, next: null)
    {
    }

    public BatchConsumer Consumer { get; }

    /// <summary>Whether nothing else flows in: no sum, product or concatenation with another tensor.</summary>
    public bool IsAlone { get; }

    /// <summary>Whether every axis stays where it is.</summary>
    public bool KeepsAxes { get; }

    /// <summary>The first layer with weights that comes after the operation, null where there is none.</summary>
    public Layer? Weights { get; }

    /// <summary>The next layer that is no activation, normalisation or dropout, where nothing moves axes before it; else null.</summary>
    public Layer? Next { get; }

    /// <summary>The way as it is before an operation that may move axes.</summary>
    public BatchWay Through(bool keepsAxes) => new(Consumer, IsAlone, KeepsAxes && keepsAxes, Weights, keepsAxes ? Next : null);

    /// <summary>The way as it is before a layer.</summary>
    public BatchWay Through(Layer layer, TorchSymbols torch)
    {
        bool keepsAxes = AxisMap.KeepsAxes(layer.Type, torch);
        return new(Consumer, IsAlone, KeepsAxes && keepsAxes, Layers.HasParameters(layer.Type, torch) ? layer : Weights, keepsAxes ? Next : layer);
    }

    /// <summary>The way as it is before another tensor is brought in.</summary>
    public BatchWay Joined() => new(Consumer, isAlone: false, KeepsAxes, Weights, next: null);
}

using Microsoft.CodeAnalysis;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>One step of a computation: one of TorchSharp's layers where it is applied, or a function of a tensor.</summary>
/// <param name="operation">The layer's place in a Sequential, its call in a forward, or the function's call.</param>
/// <param name="layer">The layer with what made it, null for a function.</param>
/// <param name="function">The function, null for a layer.</param>
/// <param name="isAppliedOnce">Whether the layer is applied nowhere else.</param>
internal sealed class Stage(IOperation operation, Layer? layer, TensorCall? function, bool isAppliedOnce)
{
    public IOperation Operation { get; } = operation;

    public Layer? Layer { get; } = layer;

    public TensorCall? Function { get; } = function;

    public bool IsAppliedOnce { get; } = isAppliedOnce;

    /// <summary>The layer's type, or the function's name.</summary>
    public string Name => Layer?.Type.Name ?? Function!.Value.Name;

    public Activation? ActivationIn(TorchSymbols torch) => Layer is not null ? Activation.Of(Layer.Type, torch) : Activation.Of(Function!.Value);

    /// <summary>Whether it gives its input back, in evaluation: Dropout, Identity.</summary>
    public bool IsTransparent(TorchSymbols torch) => Layer is not null
        ? Layers.IsDropout(Layer.Type, torch) || Layer.Type.Name == "Identity"
        : Function!.Value.Name is "dropout" or "dropout1d" or "dropout2d" or "dropout3d" or "alpha_dropout" or "feature_alpha_dropout" or "MoveToOuterDisposeScope";
}

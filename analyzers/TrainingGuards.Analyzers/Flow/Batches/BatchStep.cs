using Microsoft.CodeAnalysis;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>One operation on the way of a batch to where it is taken.</summary>
/// <param name="operation">The function's call, the layer's call in a forward, or its place in a Sequential.</param>
/// <param name="function">The function, null for a layer.</param>
/// <param name="layer">The layer, null for a function.</param>
/// <param name="input">What is known of the batch that goes in.</param>
/// <param name="body">Where a function is called.</param>
/// <param name="way">What lies between the operation and the consumer.</param>
internal sealed class BatchStep(IOperation operation, TensorCall? function, Layer? layer, Batch input, MethodBody body, BatchWay way)
{
    public IOperation Operation { get; } = operation;

    public TensorCall? Function { get; } = function;

    public Layer? Layer { get; } = layer;

    public Batch Input { get; } = input;

    public MethodBody Body { get; } = body;

    public BatchWay Way { get; } = way;
}

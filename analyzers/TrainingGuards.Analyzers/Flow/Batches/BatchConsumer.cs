using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>A place where a program counts on a tensor to be a batch, or on what it made of one.</summary>
/// <param name="operation">The loss, the argmax, or the read of a size.</param>
/// <param name="tensor">What it takes.</param>
/// <param name="body">Where.</param>
/// <param name="loss">The loss, null for others.</param>
/// <param name="target">What a loss compares its input with; null for a target itself, and for what is no loss.</param>
internal sealed class BatchConsumer(IOperation operation, IOperation tensor, MethodBody body, LossCall? loss, BatchConsumer? target = null)
{
    public IOperation Operation { get; } = operation;

    public IOperation Tensor { get; } = tensor;

    public MethodBody Body { get; } = body;

    public LossCall? Loss { get; } = loss;

    public BatchConsumer? Target { get; } = target;

    /// <summary>Whether it is a loss that takes the tensor for its target.</summary>
    public bool IsTarget => Loss is not null && Target is null;

    /// <summary>What is known of the tensor as it is taken.</summary>
    public Batch Taken { get; set; } = Batch.Unknown;

    /// <summary>What a message calls it.</summary>
    public string Name => Loss?.Name ?? (Operation is IInvocationOperation call ? call.TargetMethod.Name : "shape[0]");
}

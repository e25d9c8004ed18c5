using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Every operation of the compilation that lies between a batch and a place that counts on it: a loss, an argmax, a read of the first size.</summary>
internal sealed class BatchSteps
{
    private readonly Lazy<ILookup<SyntaxNode, BatchStep>> _byOperation;
    private readonly Lazy<ILookup<SyntaxNode, BatchConsumer>> _byConsumer;

    public BatchSteps(TorchProgram program)
    {
        var every = new Lazy<(List<BatchConsumer> Consumers, List<BatchStep> Steps)>(() =>
        {
            List<BatchConsumer> consumers = [.. Consumers(program)];
            return (consumers, [.. consumers.SelectMany(consumer => BatchWalk.To(consumer, program))]);
        });
        _byOperation = new(() => every.Value.Steps.ToLookup(step => step.Operation.Syntax));
        _byConsumer = new(() => every.Value.Consumers.ToLookup(consumer => consumer.Operation.Syntax));
    }

    /// <summary>The ways that lead through an operation, in the order of the consumers: losses, argmax, sizes.</summary>
    public IEnumerable<BatchStep> Through(IOperation operation) => _byOperation.Value[operation.Syntax];

    /// <summary>What an argmax, a read of a size or a loss takes; a loss takes its input and its target.</summary>
    public IEnumerable<BatchConsumer> At(IOperation operation) => _byConsumer.Value[operation.Syntax];

    private static IEnumerable<BatchConsumer> Consumers(TorchProgram program)
    {
        foreach (LossCall loss in program.LossInputs.Losses)
        {
            var target = new BatchConsumer(loss.Call, loss.Target, loss.Body, loss);
            yield return target;
            yield return new BatchConsumer(loss.Call, loss.Input, loss.Body, loss, target);
        }
        foreach (IInvocationOperation argmax in program.References.Named<IInvocationOperation>("argmax"))
        {
            if (TensorCall.From(argmax, program.Torch) is { } call && program.Bodies.Around(argmax.Syntax) is { } body)
            {
                yield return new BatchConsumer(argmax, call.Input, body, loss: null);
            }
        }
        foreach (IOperation size in program.References.Named<IPropertyReferenceOperation>("shape").Cast<IOperation>().Concat(program.References.Named<IInvocationOperation>("size", arguments: 1)))
        {
            if (FirstSizeOf(size, program.Torch) is { } tensor && program.Bodies.Around(size.Syntax) is { } body)
            {
                yield return new BatchConsumer(size, tensor, body, loss: null);
            }
        }
    }

    // x.shape[0], x.size(0)
    private static IOperation? FirstSizeOf(IOperation size, TorchSymbols torch) => size switch
    {
        IPropertyReferenceOperation { Instance: { } tensor, Parent: IArrayElementReferenceOperation { Indices: { Length: 1 } indices } } when torch.IsTensor(tensor.Type) && indices[0].Number() is 0 => tensor,
        IInvocationOperation { Instance: { } tensor, TargetMethod.Parameters.Length: 1 } call when torch.IsTensor(tensor.Type) && call.Arguments[0].Value.Number() is 0 => tensor,
        _ => null,
    };
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Which axis of a model's output a loss or an argmax takes for the classes.</summary>
internal static class ClassAxis
{
    /// <summary>Whether a dimension that an output is normalised over is certainly that of the examples, where its consumer has the classes along another.</summary>
    public static bool IsOther(BatchStep step, long dimension, TorchProgram program)
    {
        BatchConsumer consumer = step.Way.Consumer;
        bool isOfClasses = consumer.Loss is { Kind: LossKind.CrossEntropy or LossKind.LogProbabilities } || IsAlongSecond(consumer, program.Torch);
        return isOfClasses && (step.Input.LiesAlong(dimension)
            // Of three axes or more a loss takes the first for the examples, whatever they are.
            || (dimension == 0 && step.Way.KeepsAxes && consumer.Loss is not null && HasThree(step, program))
            // The scores of a layer have their classes behind the examples, wherever there are two axes. Similarities of pairs have none: both softmaxes are right.
            || (dimension == 0 && step.Way.KeepsAxes && step.Input.Features > 1 && (consumer.Loss is null || IsVector(consumer, program))));
    }

    private static bool HasThree(BatchStep step, TorchProgram program) => step.Function is { } function && step.Body.Outermost.Graph is { } graph
        && new Dimensions(graph, program.Torch).ShapeOf(function.Input) is { First.Count: >= 3 };

    private static bool IsAlongSecond(BatchConsumer consumer, TorchSymbols torch) =>
        consumer.Loss is null && TensorCall.From(consumer.Operation, torch) is { Name: "argmax" } call && AxisMap.DimensionsOf(call) is { Count: 1 } along && along[0] == 1;

    /// <summary>Whether the target has an entry an example, rather than being the one class of one example.</summary>
    private static bool IsVector(BatchConsumer loss, TorchProgram program) => loss.Target is { } target
        && (target.Taken.Axis is { Index: 0 } || (target.Body.Provenance?.Trace(target.Tensor).Single is IInvocationOperation made && IsVector(made, program.Torch)));

    // tensor(new long[] { 1, 0, 2 }), randint(10, new long[] { 32 })
    private static bool IsVector(IInvocationOperation factory, TorchSymbols torch) => TorchSymbols.Same(factory.TargetMethod.ContainingType, torch.Torch)
        && factory.TargetMethod.Name switch
        {
            "arange" => true,
            "tensor" => factory.Arguments.Any(argument => argument.Parameter is { Ordinal: 0, Type: IArrayTypeSymbol or { Name: "IList" } }),
            "randint" or "zeros" => factory.Arguments.Any(argument => argument.Parameter?.Name == "size"
                && ListedValues.ElementsOf(argument.Value.WithoutConversion()) is { } sizes && sizes.Any()),
            _ => false,
        };
}

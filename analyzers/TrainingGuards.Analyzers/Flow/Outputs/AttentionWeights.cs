using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Attention as it is written out: softmax(queries · keysᵀ) · values.</summary>
internal static class AttentionWeights
{
    private const int Depth = 6;

    /// <summary>The product that applies a softmax to the values, where its scores are those of a batch of queries and keys; null where that is not certain.</summary>
    public static IInvocationOperation? AppliedBy(TensorCall softmax, MethodBody body, TorchProgram program)
    {
        if (body.Outermost.Graph is not { } graph || body.Provenance is null || ScoresOf(softmax.Input, body, program, Depth) is not { } scores
            || !(scores.Name == "bmm" || IsBatched(scores, new Dimensions(graph, program.Torch))) || !IsTransposed(scores, body, program))
        {
            return null;
        }
        return BodyOperations.Of(graph).Invocations.FirstOrDefault(call => Product(call, program.Torch) is { } product && IsMadeBy(product.Input, softmax.Invocation, body, program, Depth));
    }

    private static TensorCall? Product(IOperation? made, TorchSymbols torch) => TensorCall.From(made, torch) is { Name: "matmul" or "bmm" } product ? product : null;

    // What scales or masks scores leaves their axes where they are.
    private static TensorCall? ScoresOf(IOperation value, MethodBody body, TorchProgram program, int depth)
    {
        IOperation? made = depth == 0 ? null : body.Provenance!.Trace(value).Single;
        return Product(made, program.Torch) ?? made switch
        {
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Multiply or BinaryOperatorKind.Divide } scaled when !program.Torch.IsTensor(scaled.RightOperand.WithoutConversion().Type)
                || scaled.RightOperand.Number() is not null => ScoresOf(scaled.LeftOperand, body, program, depth - 1),
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } masked => ScoresOf(masked.LeftOperand, body, program, depth - 1),
            _ when TensorCall.From(made, program.Torch) is { } call && AxisMap.KeepsAxes(call) => ScoresOf(call.Input, body, program, depth - 1),
            _ => null,
        };
    }

    private static bool IsBatched(TensorCall product, Dimensions dimensions) => dimensions.ShapeOf(product.Input) is { First.Count: >= 3 };

    private static bool IsTransposed(TensorCall product, MethodBody body, TorchProgram program) =>
        product.Invocation.Arguments.FirstOrDefault(argument => argument.Value != product.Input && program.Torch.IsTensor(argument.Value.WithoutConversion().Type))?.Value is { } keys
        && TensorCall.From(body.Provenance!.Trace(keys).Single, program.Torch) is { Name: "transpose" or "swapaxes" or "swapdims" or "permute" };

    private static bool IsMadeBy(IOperation value, IInvocationOperation softmax, MethodBody body, TorchProgram program, int depth) =>
        depth > 0 && body.Provenance!.Trace(value).Single is { } made
        && (made.Syntax == softmax.Syntax
            || (TensorCall.From(made, program.Torch) is { } call && AxisMap.KeepsAxes(call) && IsMadeBy(call.Input, softmax, body, program, depth - 1))
            || (made is IInvocationOperation { Instance.Type: { } layer, Arguments: { Length: 1 } arguments } && Layers.IsDropout(layer, program.Torch)
                && IsMadeBy(arguments[0].Value, softmax, body, program, depth - 1)));
}

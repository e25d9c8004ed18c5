using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>
/// Whether the values of a tensor can be as large as they like, as what a linear layer gives, or are kept in bounds, as a cosine is.
/// </summary>
internal sealed class Boundedness(TorchProgram program)
{
    private const int Depth = 8;

    /// <summary>Yes: without bounds. No: certainly within some.</summary>
    public Answer IsUnbounded(IOperation tensor, MethodBody body) => Of(tensor, body, Depth);

    private Answer Of(IOperation tensor, MethodBody body, int depth) => body.Provenance is { } provenance && depth > 0
        ? provenance.Ask(tensor, (made, _) => OfOne(made, body, depth - 1))
        : Answer.Unknown;

    private Answer OfOne(IOperation made, MethodBody body, int depth)
    {
        if (TensorCall.From(made, program.Torch) is { } call)
        {
            return IsKeptInBounds(call) ? Answer.No
                : Layers.KeepsValues(call) || IsLinear(call.Name)
                    ? Together(call.Invocation.Arguments.Select(argument => argument.Value).Append(call.Input).Distinct(), body, depth)
                : Answer.Unknown;
        }
        return made switch
        {
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Subtract or BinaryOperatorKind.Multiply or BinaryOperatorKind.Divide } arithmetic =>
                Together([arithmetic.LeftOperand, arithmetic.RightOperand], body, depth),
            IUnaryOperation { OperatorKind: UnaryOperatorKind.Minus, Operand: var operand } => Of(operand, body, depth),
            IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } indexed } when program.Torch.IsTensor(indexed.Type) => Of(indexed, body, depth),
            IInvocationOperation { Instance.Type: { } layer } forward when EventVocabulary.IsForward(forward, program.Torch) && IsWeightedSum(layer) => Answer.Yes,
            IInvocationOperation or IParameterReferenceOperation => OfOutputs(program.Outputs.Of(made, body)),
            _ => Answer.Unknown,
        };
    }

    private static bool IsKeptInBounds(TensorCall call) => call.Name is "normalize" or "cosine_similarity" or "clamp" or "clip" or "sin" or "cos" or "one_hot"
        || Activation.Of(call) is { Range: var range } && IsFinite(range);

    private static bool IsLinear(string operation) => operation is "matmul" or "mm" or "bmm" or "dot" or "mul" or "multiply" or "div" or "divide" or "add" or "sub" or "subtract"
        or "sum" or "mean" or "neg" or "negative" or "gather" or "index_select" or "masked_select";

    // A sum or product of what is known on one side only may be anything: x - x.max() is kept in bounds by its other side.
    private Answer Together(IEnumerable<IOperation> operands, MethodBody body, int depth)
    {
        List<Answer> answers = [.. operands.Where(operand => IsOfTensors(operand) && !IsIndex(operand)).Select(operand => Of(operand, body, depth)).Distinct()];
        return answers.Count == 1 ? answers[0] : Answer.Unknown;
    }

    // A number becomes a Tensor by a conversion of TorchSharp's.
    private bool IsOfTensors(IOperation operand) => operand.WithoutConversion() is var value
        && program.Torch.IsTensor(value is IConversionOperation { Operand.Type: var converted } ? converted : value.Type);

    private static bool IsIndex(IOperation operand) => operand.Parent is IArgumentOperation { Parameter.Name: "index" or "mask" };

    private Answer OfOutputs(ImmutableArray<OutputOperation> outputs)
    {
        var answers = outputs.Select(output => output.Layer is { Type: var layer } && IsWeightedSum(layer) ? Answer.Yes
            : output.Activation is not { Range: var range } ? Answer.Unknown
            : IsFinite(range) ? Answer.No
            : double.IsPositiveInfinity(range.High) ? Answer.Yes : Answer.Unknown).Distinct().ToList();
        return answers.Count == 1 ? answers[0] : Answer.Unknown;
    }

    private bool IsWeightedSum(ITypeSymbol layer) => Layers.IsLinear(layer, program.Torch) || Layers.IsConvolution(layer, program.Torch)
        || (Layers.IsBuiltIn(layer, program.Torch) && layer.Name is "Embedding" or "Bilinear");

    private static bool IsFinite(Interval range) => !double.IsInfinity(range.Low) && !double.IsInfinity(range.High);
}

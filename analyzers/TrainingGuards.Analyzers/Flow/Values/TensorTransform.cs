using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>An expression that makes another version of a tensor: scaled, cast, augmented, passed through a layer of its own module.</summary>
internal static class TensorTransform
{
    /// <summary>
    /// The variable, or the part of one, that a new version is made of, null where an expression does something else: measures, compares, takes the difference of two, or
    /// changes the tensor itself.
    /// </summary>
    public static IOperation? SourceOf(IOperation value, MethodBody body, TorchProgram program)
    {
        bool changes = false;
        IOperation? made = Unwrapped(value);
        while (made is not (null or ILocalReferenceOperation or IParameterReferenceOperation or IMemberReferenceOperation))
        {
            made = InputOf(made, body, program, ref changes) is { } input ? Unwrapped(input) : null;
        }
        return changes ? made : null;
    }

    private static IOperation? InputOf(IOperation made, MethodBody body, TorchProgram program, ref bool changes)
    {
        switch (made)
        {
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Subtract or BinaryOperatorKind.Multiply or BinaryOperatorKind.Divide } arithmetic:
                changes |= !IsDifference(arithmetic, program.Torch);
                return program.Torch.IsTensor(Unwrapped(arithmetic.LeftOperand).Type) ? arithmetic.LeftOperand : arithmetic.RightOperand;
            case IInvocationOperation call when TensorCall.From(call, program.Torch) is { } operation && program.Vision.InputOf(call) is null:
                bool isChange = IsChange(operation, program.Torch);
                changes |= isChange;
                return !operation.IsInPlace && (isChange || Layers.KeepsValues(operation)) ? operation.Input : null;
            case IInvocationOperation call when program.Vision.InputOf(call) is { } image:
                changes = true;
                return image;
            case IInvocationOperation { Arguments: { Length: 1 } arguments } call when EventVocabulary.IsForward(call, program.Torch) && (IsOfInterface(call) || IsLayerInForward(call, body)):
                changes = true;
                return arguments[0].Value;
            default:
                return null;
        }
    }

    // Transforms, torchaudio's among them, are known by the interface that they share with modules.
    private static bool IsOfInterface(IInvocationOperation call) => call.Instance?.Type?.TypeKind == TypeKind.Interface;

    // Outside of a forward a model may be called for its own sake, as to warm it up.
    private static bool IsLayerInForward(IInvocationOperation call, MethodBody body) =>
        call.Instance is IMemberReferenceOperation { Instance: IInstanceReferenceOperation } && body.Owner is IMethodSymbol { Name: "forward", IsOverride: true };

    private static bool IsChange(TensorCall call, TorchSymbols torch) => torch.IsTensor(call.Method.ReturnType) && call.Name is "div" or "divide" or "true_divide" or "mul" or "multiply"
        or "add" or "clamp" or "clip" or "clamp_min" or "clamp_max" or "log1p" or "sqrt" or "rsqrt" or "nan_to_num" or "masked_fill" or "normalize" or "flip" or "fliplr" or "flipud"
        or "roll" or "rot90" or "to" or "to_type" or "type" or "float" or "double" or "half" or "bfloat16" or "relu" or "gelu" or "silu" or "leaky_relu" or "dropout" or "layer_norm"
        or "interpolate" or "pad";

    private static bool IsDifference(IBinaryOperation arithmetic, TorchSymbols torch) => arithmetic.OperatorKind == BinaryOperatorKind.Subtract
        && torch.IsTensor(Unwrapped(arithmetic.LeftOperand).Type) && torch.IsTensor(Unwrapped(arithmetic.RightOperand).Type);

    // A number becomes a Tensor or Scalar by a conversion of TorchSharp's.
    private static IOperation Unwrapped(IOperation value)
    {
        while (value is IConversionOperation or IParenthesizedOperation)
        {
            value = value is IConversionOperation conversion ? conversion.Operand : ((IParenthesizedOperation)value).Operand;
        }
        return value;
    }
}

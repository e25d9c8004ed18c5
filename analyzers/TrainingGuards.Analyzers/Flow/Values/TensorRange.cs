using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>The interval that the values of a tensor lie in, and come arbitrarily near to both ends of.</summary>
internal sealed class TensorRange(TorchProgram program)
{
    private const int Depth = 8;

    /// <summary>The range of a tensor, null where it is unknown.</summary>
    public Interval? Of(IOperation tensor, MethodBody body) => Of(tensor, body, Depth);

    private Interval? Of(IOperation tensor, MethodBody body, int depth)
    {
        if (depth == 0 || body.Provenance?.Trace(tensor) is not { IsUnknown: false } origin)
        {
            return null;
        }
        Interval? all = null;
        foreach (IOperation made in origin.Operations)
        {
            if (MadeBy(made, body, depth) is not { } one)
            {
                return null;
            }
            all = all is { } known ? known.Or(one) : one;
        }
        return all;
    }

    private Interval? MadeBy(IOperation made, MethodBody body, int depth)
    {
        if (TensorCall.From(made, program.Torch) is { } call)
        {
            return Activation.Of(call) is { } activation ? activation.Range
                : Layers.KeepsValues(call) ? Of(call.Input, body, depth - 1)
                : OfFunction(call, body, depth);
        }
        switch (made)
        {
            case IInvocationOperation factory when TorchSymbols.Same(factory.TargetMethod.ContainingType, program.Torch.Torch):
                return OfFactory(factory);
            case IInvocationOperation forward when EventVocabulary.IsForward(forward, program.Torch):
                return OfOutputs(program.Outputs.Of(made, body));
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Multiply or BinaryOperatorKind.Divide or BinaryOperatorKind.Add or BinaryOperatorKind.Subtract } arithmetic:
                return OfArithmetic(arithmetic, body, depth);
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Minus } negated:
                return Of(negated.Operand, body, depth - 1)?.Times(-1);
            default:
                return null;
        }
    }

    private Interval? OfFunction(TensorCall call, MethodBody body, int depth) => call.Name switch
    {
        "abs" or "exp" or "square" or "relu" or "norm" => Interval.AtLeast(0),
        "pow" when Number(call.Argument("exponent")) is { } exponent && exponent % 2 == 0 => Interval.AtLeast(0),
        "sin" or "cos" => new Interval(-1, 1),
        "one_hot" or "eq" or "ne" or "gt" or "lt" or "ge" or "le" => new Interval(0, 1),
        "rand_like" or "zeros_like" or "ones_like" => new Interval(0, 1),
        "randn_like" => Interval.All,
        "clamp" or "clip" when Number(call.Argument("min")) is { } low && Number(call.Argument("max")) is { } high => new Interval(low, high),
        "mul" when Number(call.Argument("target") ?? call.Argument("other") ?? call.Argument("right")) is { } factor => Of(call.Input, body, depth - 1)?.Times(factor),
        "div" when Number(call.Argument("target") ?? call.Argument("other") ?? call.Argument("right")) is { } divisor and not 0 => Of(call.Input, body, depth - 1)?.Times(1 / divisor),
        _ => null,
    };

    private static Interval? OfFactory(IInvocationOperation factory) => factory.TargetMethod.Name switch
    {
        "rand" or "zeros" or "ones" => new Interval(0, 1),
        "randn" => Interval.All,
        _ => null,
    };

    private static Interval? OfOutputs(ImmutableArray<OutputOperation> outputs)
    {
        Interval? all = null;
        foreach (OutputOperation output in outputs)
        {
            // What a Linear layer gives has no bounds that anything could be concluded from.
            Interval one = output.Activation?.Range ?? Interval.All;
            all = all is { } known ? known.Or(one) : one;
        }
        return all;
    }

    private Interval? OfArithmetic(IBinaryOperation arithmetic, MethodBody body, int depth)
    {
        if (Number(arithmetic.RightOperand) is { } right && Of(arithmetic.LeftOperand, body, depth - 1) is { } left)
        {
            return arithmetic.OperatorKind switch
            {
                BinaryOperatorKind.Multiply => left.Times(right),
                BinaryOperatorKind.Divide when right != 0 => left.Times(1 / right),
                BinaryOperatorKind.Add => left.Plus(new Interval(right, right)),
                BinaryOperatorKind.Subtract => left.Plus(new Interval(-right, -right)),
                _ => null,
            };
        }
        return Number(arithmetic.LeftOperand) is { } factor && Of(arithmetic.RightOperand, body, depth - 1) is { } scaled
            ? arithmetic.OperatorKind switch
            {
                BinaryOperatorKind.Multiply => scaled.Times(factor),
                BinaryOperatorKind.Add => scaled.Plus(new Interval(factor, factor)),
                BinaryOperatorKind.Subtract => scaled.Times(-1).Plus(new Interval(factor, factor)),
                _ => null,
            }
            : null;
    }

    // A number becomes a Scalar by a conversion of TorchSharp's.
    private static double? Number(IOperation? operand) => operand switch
    {
        null => null,
        { ConstantValue: { HasValue: true, Value: double number } } => number,
        { ConstantValue: { HasValue: true, Value: float number } } => number,
        { ConstantValue: { HasValue: true, Value: int number } } => number,
        { ConstantValue: { HasValue: true, Value: long number } } => number,
        IConversionOperation conversion => Number(conversion.Operand),
        _ => null,
    };
}

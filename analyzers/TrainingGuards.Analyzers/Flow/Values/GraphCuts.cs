using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Whether a tensor has certainly lost its history: no gradient can go from it to what it was computed from.</summary>
internal sealed class GraphCuts(TorchProgram program)
{
    private const int Depth = 4;

    /// <summary>The operation that cut the history, null as long as none is found.</summary>
    public IOperation? Cut { get; private set; }

    /// <summary>Yes: cut. No: there never was a history, it is a constant. Unknown: anything else.</summary>
    public Answer Of(IOperation tensor, MethodBody body) => Of(tensor, body, Depth, isLeaf: true);

    private Answer Of(IOperation tensor, MethodBody body, int depth, bool isLeaf) => body.Provenance is { } provenance && depth > 0
        ? provenance.Ask(tensor, (made, ask) => OfOne(made, ask, body, depth, isLeaf))
        : Answer.Unknown;

    private Answer OfOne(IOperation made, Func<IOperation, Answer> ask, MethodBody body, int depth, bool isLeaf)
    {
        // Whoever asks for the gradient of a tensor begins a history on purpose; only to backpropagate from its very beginning is of no use.
        Answer Operand(IOperation operand) => WantsGradient(operand, body) ? Answer.Unknown : Of(operand, body, depth - 1, isLeaf: false);

        switch (made)
        {
            case IInvocationOperation call when program.Torch.IsLossCall(call):
                return All(call.Arguments.Where(argument => IsGiven(argument) && HoldsTensors(argument.Value.Type)
                    && !(argument.Parameter?.Ordinal == 1 && IsClassIndex(call))).Select(argument => Operand(argument.Value)));
            case IInvocationOperation when TensorCall.From(made, program.Torch) is { } call:
                return call.Name == "requires_grad" ? (isLeaf ? ask(call.Input) : Answer.Unknown)
                    : Cuts(call.Name) ? CutBy(made)
                    : All(call.Invocation.Arguments.Where(IsGiven).Select(argument => argument.Value).Append(call.Input).Distinct()
                        .Where(operand => HoldsTensors(operand.Type)).Select(Operand));
            case IInvocationOperation { TargetMethod.IsStatic: true } factory when IsFactory(factory):
                return OfFactory(factory, body, isLeaf);
            case IInvocationOperation call when program.Events.CalleeOf(call, body.Locals) is { } callee && program.Bodies.Of(callee) is { } inner
                && program.Torch.IsTensor(callee.ReturnType):
                return All(Returns.Of(inner).Select(returned => Of(returned, inner, depth - 1, isLeaf)));
            case IConversionOperation { OperatorMethod: not null, Operand: var number } when program.Torch.IsTensor(made.Type):
                return HoldsTensors(number.Type) ? Operand(number) : ReadOut(number, body) is { } read ? CutBy(read) : Answer.No;
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals or BinaryOperatorKind.GreaterThan
                or BinaryOperatorKind.GreaterThanOrEqual or BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual }:
                return CutBy(made);
            case IBinaryOperation binary:
                return All(new[] { binary.LeftOperand, binary.RightOperand }.Select(operand => HoldsTensors(operand.Type) ? Operand(operand) : Answer.No));
            case ICompoundAssignmentOperation compound:
                return All(new[] { compound.Target, compound.Value }.Select(operand => HoldsTensors(operand.Type) ? Operand(operand) : Answer.No));
            case IUnaryOperation unary:
                return Operand(unary.Operand);
            default:
                return Answer.Unknown;
        }
    }

    private Answer OfFactory(IInvocationOperation factory, MethodBody body, bool isLeaf)
    {
        bool wantsGradient = factory.Arguments.Any(argument => argument.Parameter?.Name == "requires_grad"
            && argument.Value.ConstantValue is not { HasValue: true, Value: false });
        return wantsGradient && !isLeaf ? Answer.Unknown
            : factory.Arguments.Select(argument => ReadOut(argument.Value, body)).FirstOrDefault(read => read is not null) is { } cut ? CutBy(cut)
            : wantsGradient ? Answer.Unknown : Answer.No;
    }

    /// <summary>What reads a number out of a tensor to make this value of it.</summary>
    private IOperation? ReadOut(IOperation value, MethodBody body) => ReadOut(value, body, []);

    private IOperation? ReadOut(IOperation value, MethodBody body, HashSet<IOperation> seen) => value.DescendantsAndSelf().Select(part =>
        part is IInvocationOperation call && ReadsOut(call) ? part
        : part is ILocalReferenceOperation ? body.Provenance?.Trace(part).Operations.Where(seen.Add).Select(made => ReadOut(made, body, seen)).FirstOrDefault(IsFound)
        : null).FirstOrDefault(IsFound);

    private static bool IsFound(IOperation? operation) => operation is not null;

    private bool ReadsOut(IInvocationOperation call) =>
        call.TargetMethod is { Name: "item" or "ToSingle" or "ToDouble" or "ToInt64" or "ToInt32" or "ToScalar" } read
        && (program.Torch.IsTensor(read.ContainingType) || (read.Parameters.Length > 0 && program.Torch.IsTensor(read.Parameters[0].Type)));

    private Answer CutBy(IOperation operation)
    {
        Cut ??= operation;
        return Answer.Yes;
    }

    // One part with a history is enough to carry a gradient; constants neither give nor take.
    private static Answer All(IEnumerable<Answer> parts)
    {
        Answer all = Answer.No;
        foreach (Answer part in parts)
        {
            if (part == Answer.Unknown)
            {
                return Answer.Unknown;
            }
            all = part == Answer.Yes ? Answer.Yes : all;
        }
        return all;
    }

    private static bool Cuts(string function) => function is "detach" or "argmax" or "argmin" or "argsort" or "round" or "floor" or "ceil" or "trunc" or "fix" or "sign" or "sgn"
        or "eq" or "ne" or "gt" or "lt" or "ge" or "le" or "equal" or "greater" or "less" or "greater_equal" or "less_equal" or "not_equal"
        or "isnan" or "isinf" or "isfinite" or "logical_and" or "logical_or" or "logical_not" or "logical_xor" or "one_hot" or "bincount" or "heaviside"
        or "count_nonzero";

    private static bool IsGiven(IArgumentOperation argument) => argument.ArgumentKind != ArgumentKind.DefaultValue
        && argument.Value.WithoutConversion().ConstantValue is not { HasValue: true, Value: null };

    private static bool IsClassIndex(IInvocationOperation loss) => loss.TargetMethod.Name is "cross_entropy" or "nll_loss"
        || loss.Instance?.Type?.Name is "CrossEntropyLoss" or "NLLLoss";

    private bool IsFactory(IInvocationOperation call) => TorchSymbols.Same(call.TargetMethod.ContainingType, program.Torch.Torch)
        && program.Torch.IsTensor(call.TargetMethod.ReturnType) && !call.TargetMethod.Parameters.Any(parameter => HoldsTensors(parameter.Type));

    private bool HoldsTensors(ITypeSymbol? type) => type switch
    {
        IArrayTypeSymbol array => HoldsTensors(array.ElementType),
        INamedTypeSymbol { TypeArguments: { IsEmpty: false } arguments } => arguments.Any(HoldsTensors),
        _ => TorchSymbols.DerivesFrom(type, program.Torch.Tensor),
    };

    private static bool WantsGradient(IOperation operand, MethodBody body) => operand.WithoutConversion() switch
    {
        ILocalReferenceOperation { Local: var local } => body.Locals.Of(local).Any(AsksForGradient),
        IParameterReferenceOperation => true,
        _ => false,
    };

    private static bool AsksForGradient(IOperation mention) => mention.Parent switch
    {
        IPropertyReferenceOperation { Property.Name: "requires_grad" or "grad" } => true,
        IInvocationOperation { TargetMethod.Name: "requires_grad_" or "retain_grad" } => true,
        _ => false,
    };
}

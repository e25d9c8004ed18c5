using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>What a tensor is to a loss: what a model says, or what it ought to say.</summary>
internal sealed class LossRoles(TorchProgram program)
{
    private const int Depth = 4;

    /// <summary>Whether a tensor is certainly class indices or a one-hot of them, or with <paramref name="orData"/> numbers that no parameter has had a part in.</summary>
    public bool IsLabels(IOperation tensor, MethodBody body, bool orData) => !IsChanged(tensor, body) && Is(tensor, body, Depth, (made, ask) => IsLabel(made, orData) ?? KeptFrom(made, ask, isScaled: true));

    /// <summary>Whether a tensor is certainly the output of a model, itself or through an activation.</summary>
    public bool IsPrediction(IOperation tensor, MethodBody body) => Is(tensor, body, Depth, (made, ask) =>
        made is IInvocationOperation forward && EventVocabulary.IsForward(forward, program.Torch) ? IsLearned(forward)
        : TensorCall.From(made, program.Torch) is { } call && (Activation.Of(call) is not null || call.Name is "log" or "clamp") ? ask(call.Input)
        : KeptFrom(made, ask, isScaled: false));

    /// <summary>Whether a sigmoid is taken of a tensor somewhere in its body: then it is logits.</summary>
    public bool IsSquashed(IOperation tensor, MethodBody body) => Unviewed(tensor, body) is { } variable
        && body.Outermost.Root.Descendants().OfType<IInvocationOperation>().Any(call => TensorCall.From(call, program.Torch) is { Name: "sigmoid", IsInPlace: false } sigmoid
            && program.Bodies.Around(call.Syntax) == body && Unviewed(sigmoid.Input, body) is { } squashed && squashed == variable);

    private bool Is(IOperation tensor, MethodBody body, int depth, Func<IOperation, Func<IOperation, Answer>, Answer> question) => depth > 0
        && body.Provenance?.Ask(tensor, (made, ask) =>
        {
            switch (made)
            {
                // Every caller in sight says the same.
                case IParameterReferenceOperation { Parameter: { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Ordinary or MethodKind.LocalFunction } method } parameter }:
                    var given = program.References.Of(method).Select(mention => (mention as IInvocationOperation)?.Arguments
                        .FirstOrDefault(argument => TorchSymbols.Same(argument.Parameter?.OriginalDefinition, parameter.OriginalDefinition))?.Value).ToList();
                    return given.Count > 0 && given.TrueForAll(value => value is not null && program.Bodies.Around(value.Syntax) is { } caller && Is(value, caller, depth - 1, question))
                        ? Answer.Yes : Answer.Unknown;
                case IInvocationOperation helper when TensorCall.From(helper, program.Torch) is null && program.Torch.IsTensor(helper.Type) && !EventVocabulary.IsForward(helper, program.Torch)
                    && program.Events.CalleeOf(helper, body.Locals) is { } callee && program.Bodies.Of(callee) is { } inner:
                    var returned = Returns.Of(inner).ToList();
                    return returned.Count > 0 && returned.TrueForAll(value => Is(value, inner, depth - 1, question)) ? Answer.Yes : Answer.Unknown;
                default:
                    return question(made, ask);
            }
        }) == Answer.Yes;

    /// <summary>Whether an operation makes labels, null where that is to be asked of its operand.</summary>
    private Answer? IsLabel(IOperation made, bool orData)
    {
        switch (made)
        {
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals or BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual
                or BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual }:
                return Answer.Yes;
            case IInvocationOperation call when TensorCall.From(call, program.Torch) is { } function:
                return function.Name == "requires_grad" ? Answer.Unknown : function.Name is "argmax" or "argmin" or "one_hot" or "eq" or "ne" or "gt" or "lt" or "ge" or "le" or "long" or "int" or "randint_like"
                    || (function.Name is "to" or "type" or "to_type" && call.Arguments.Any(IsIntegerType))
                    || (orData && function.Name is "zeros_like" or "ones_like") ? Answer.Yes : null;
            case IInvocationOperation factory when TorchSymbols.Same(factory.TargetMethod.ContainingType, program.Torch.Torch) && !factory.Arguments.Any(argument => program.Torch.IsTensor(argument.Value.Type))
                && !factory.Arguments.Any(argument => argument.Parameter?.Name == "requires_grad" && argument.Value.ConstantValue is not { HasValue: true, Value: false }):
                return factory.TargetMethod.Name is "randint" or "randperm" || (factory.TargetMethod.Name is "tensor" or "as_tensor" && (orData || IsOfIntegers(factory)))
                    || (factory.TargetMethod.Name is "zeros" or "ones" && (orData || factory.Arguments.Any(IsIntegerType))) ? Answer.Yes : Answer.Unknown;
            default:
                return null;
        }
    }

    private Answer KeptFrom(IOperation made, Func<IOperation, Answer> ask, bool isScaled) => made switch
    {
        IInvocationOperation call when TensorCall.From(call, program.Torch) is { } function => Layers.KeepsValues(function) || function.Name == "type" ? ask(function.Input) : Answer.Unknown,
        // Smoothed labels are labels.
        IBinaryOperation { RightOperand: var right } binary when isScaled && right.Number() is not null => ask(binary.LeftOperand),
        IBinaryOperation { LeftOperand: var left } binary when isScaled && left.Number() is not null => ask(binary.RightOperand),
        _ => Answer.Unknown,
    };

    /// <summary>Whether something is written into a variable, or it is to be learned.</summary>
    private bool IsChanged(IOperation tensor, MethodBody body) => tensor.Symbol() is { } symbol && body.Locals.Of(symbol).Any(mention =>
        TokenVisibility.IsWrite(mention, program.Torch) || mention.Parent is IPropertyReferenceOperation { Property.Name: "requires_grad" });

    /// <summary>A module that certainly learns nothing may as well encode labels.</summary>
    private Answer IsLearned(IInvocationOperation forward) => program.Torch.IsTensor(forward.Type) && program.Bodies.Around(forward.Syntax) is { } body
        && !program.Values.Of(forward.Instance, body).Any(module => program.Types.LayersOf(module).Contains(layer => Layers.HasParameters(layer.Type, program.Torch)) == Answer.No)
            ? Answer.Yes : Answer.Unknown;

    /// <summary>The definition of the variable that a tensor is a view of.</summary>
    private Definition? Unviewed(IOperation tensor, MethodBody body)
    {
        while (body.Provenance is { } provenance)
        {
            if (provenance.Trace(tensor).Single is { } made && TensorCall.From(made, program.Torch) is { } view && Layers.KeepsValues(view))
            {
                tensor = view.Input;
                continue;
            }
            return provenance.Definition(tensor);
        }
        return null;
    }

    private static bool IsIntegerType(IArgumentOperation argument) => argument.Value.WithoutConversion() is IFieldReferenceOperation { Field.Name: "Int64" or "int64" or "Int32" or "int32" or "Bool" or "bool" or "@bool" };

    private static bool IsOfIntegers(IInvocationOperation factory)
    {
        IOperation? data = factory.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == 0)?.Value.WithoutConversion();
        ITypeSymbol? element = data?.Type switch
        {
            IArrayTypeSymbol array => array.ElementType,
            INamedTypeSymbol { TypeArguments: { Length: 1 } arguments } => arguments[0],
            _ => null,
        };
        return element?.SpecialType is SpecialType.System_Int64 or SpecialType.System_Int32 or SpecialType.System_Boolean;
    }
}

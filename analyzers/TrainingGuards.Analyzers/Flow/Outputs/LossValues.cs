using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Which values of a body are losses, what they are made of, and which of them are backpropagated.</summary>
internal sealed class LossValues(ControlFlowGraph graph, TorchSymbols torch)
{
    private readonly Provenance _provenance = Provenance.Of(graph);

    public Provenance Provenance => _provenance;

    /// <summary>Whether the body clips gradients, by norm or by value.</summary>
    public bool ClipsGradients => BodyOperations.Of(graph).Invocations.Any(call =>
        call.TargetMethod.Name is "clip_grad_norm_" or "clip_grad_value_" && TorchSymbols.Same(call.TargetMethod.ContainingType, torch.GradientUtils));

    /// <summary>Whether a value is a loss: made by a loss function or module, then averaged, scaled by what is not negative, or added to.</summary>
    public Answer IsLoss(IOperation value) => _provenance.Ask(value, (made, ask) =>
        made is IInvocationOperation call && torch.IsLossCall(call) ? Answer.Yes
        : Terms(made).Any(term => ask(term) == Answer.Yes) ? Answer.Yes
        : Answer.Unknown);

    /// <summary>
    /// The one model whose output a loss is computed from, as it can also be named at <paramref name="place"/>; null where there may be
    /// several, or where the model's input is itself the output of another.
    /// </summary>
    public IOperation? ModelOf(IOperation loss, IOperation place)
    {
        var models = new List<IOperation?>();
        _ = Reaches(loss, made =>
        {
            if (made is IInvocationOperation call && torch.IsLossCall(call))
            {
                models.Add(call.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == 0) is { } output ? ModelBehind(output.Value) : null);
            }
            return false;
        });
        return models.Count > 0 && models[0] is { } model && IsInScope(model, place)
            && models.All(other => TorchSymbols.Same(other?.Symbol(), model.Symbol()))
            ? model
            : null;
    }

    /// <summary>A backward() that a call's result certainly reaches on some path, null where there is none.</summary>
    public IInvocationOperation? BackwardOf(TensorCall source) => BackwardFrom(made => made == source.Invocation || IsChangedBy(made, source));

    /// <inheritdoc cref="BackwardOf(TensorCall)"/>
    public IInvocationOperation? BackwardOf(IOperation source) => BackwardFrom(made => made == source);

    /// <summary>Whether a returned value is, on some path, a call's result or a loss computed from it.</summary>
    public bool IsReturned(TensorCall source, IOperation returned) => Reaches(returned, made => made == source.Invocation || IsChangedBy(made, source));

    /// <inheritdoc cref="IsReturned(TensorCall, IOperation)"/>
    public bool IsReturned(IOperation source, IOperation returned) => Reaches(returned, made => made == source);

    private IInvocationOperation? BackwardFrom(Func<IOperation, bool> isSource) => BodyOperations.Of(graph).Invocations
        .FirstOrDefault(call => Backpropagated(call) is { } loss && Reaches(loss, isSource));

    /// <summary>The tensor that a call backpropagates from, null where it is no backward().</summary>
    private IOperation? Backpropagated(IInvocationOperation call) =>
        call.TargetMethod.Name != "backward" ? null
        : TorchSymbols.Same(call.TargetMethod.ContainingType, torch.Tensor) ? call.Instance
        : TorchSymbols.Same(call.TargetMethod.ContainingType, torch.Autograd)
            ? call.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == 0 && torch.IsTensor(argument.Parameter.Type))?.Value
        : null;

    /// <summary>Whether a variable read here was changed by an in-place call before, and not assigned since.</summary>
    private bool IsChangedBy(IOperation read, TensorCall change) =>
        change.IsInPlace
        && read.Syntax.SpanStart > change.Invocation.Syntax.SpanStart
        && read.Symbol() is { } symbol && TorchSymbols.Same(symbol, change.Input.Symbol())
        && _provenance.Definition(read) is { } definition && definition == _provenance.Definition(change.Input);

    private IOperation? ModelBehind(IOperation output) =>
        _provenance.Trace(output).Single is IInvocationOperation { Instance: { } model } call
        && torch.IsModuleCall(call) && model.Symbol() is not null
        && !call.Arguments.Any(argument => _provenance.Trace(argument.Value).Operations.Any(made =>
            made is IInvocationOperation inner && torch.IsModuleCall(inner)))
            ? model
            : null;

    private static bool IsInScope(IOperation variable, IOperation place) =>
        variable.Symbol() is not ILocalSymbol local
        || local.DeclaringSyntaxReferences.All(declaration =>
            declaration.GetSyntax().FirstAncestorOrSelf<SyntaxNode>(node => node is BlockSyntax or CompilationUnitSyntax) is { } block
            && block.Contains(place.Syntax));

    /// <summary>Whether a value is, on some path, one that <paramref name="isSought"/> accepts, or a loss computed from it.</summary>
    private bool Reaches(IOperation value, Func<IOperation, bool> isSought)
    {
        var seen = new HashSet<IOperation>();
        return Visit(value);

        bool Visit(IOperation operand) => isSought(operand.WithoutConversion())
            || _provenance.Trace(operand).Operations.Any(made => seen.Add(made) && (isSought(made) || Terms(made).Any(Visit)));
    }

    /// <summary>The operands whose being a loss makes the result one.</summary>
    private IEnumerable<IOperation> Terms(IOperation made)
    {
        IEnumerable<IOperation> operands = made switch
        {
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } sum => [sum.LeftOperand, sum.RightOperand],
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Multiply } product when !IsNegative(product.LeftOperand) && !IsNegative(product.RightOperand) =>
                [product.LeftOperand, product.RightOperand],
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Divide or BinaryOperatorKind.Subtract } rest when !IsNegative(rest.RightOperand) =>
                [rest.LeftOperand],
            ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add } sum => [sum.Target, sum.Value],
            ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Multiply or BinaryOperatorKind.Divide } scaled when !IsNegative(scaled.Value) =>
                [scaled.Target],
            _ => TensorCall.From(made, torch) is { } call ? Terms(call) : [],
        };
        return operands.Where(operand => torch.IsTensor(operand.WithoutConversion().Type));
    }

    private static IEnumerable<IOperation> Terms(TensorCall call) => call.Name switch
    {
        "mean" or "sum" or "squeeze" or "to" or "type" or "cpu" or "cuda" or "alias" or "clone" or "contiguous" or "view" or "reshape" or "flatten"
            or "clamp" or "clip" or "clamp_max" or "clamp_min" or "hardtanh" or "nan_to_num" => [call.Input],
        "minimum" or "maximum" or "min" or "max" => [call.Input, .. call.Argument("other") is { } other ? [other] : Array.Empty<IOperation>()],
        "add" => [call.Input, .. call.Argument("target", "right", "other") is { } other ? [other] : Array.Empty<IOperation>()],
        "mul" or "multiply" or "div" or "divide" when !IsNegative(call.Argument("target", "right", "other")) => [call.Input],
        _ => [],
    };

    private static bool IsNegative(IOperation? operand) => operand?.Number() < 0;
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Whether the output of a model at each position certainly tells the token at that position: nothing in between shifts, hides, pools or corrupts it.</summary>
/// <remarks>What it does not know is a reason to say no: autoencoders and masked models reconstruct their input on purpose.</remarks>
internal sealed class TokenVisibility(TorchProgram program)
{
    private const int Depth = 32, Steps = 4000;

    private readonly HashSet<IOperation> _underway = [];
    private int _steps;

    /// <summary>Whether the output of a forward pass shows the tokens, which are those of its arguments that <paramref name="isTokens"/> accepts.</summary>
    public bool IsShown(IInvocationOperation forward, MethodBody body, Func<IOperation, bool> isTokens) =>
        Through(forward, body, argument => isTokens(argument) ? TokenState.Tokens : TokenState.Unrelated, Depth) is TokenState.Shown or TokenState.Narrowed;

    /// <summary>Whether a function only moves elements to where they are seen as others.</summary>
    public static bool KeepsPositions(TensorCall call) => call.Name is "view" or "view_as" or "reshape" or "flatten" or "unflatten" or "squeeze" or "unsqueeze" or "permute" or "transpose"
        or "swapaxes" or "t" or "contiguous" or "clone" or "alias" or "detach" or "to" or "to_type" or "type" or "long" or "cpu" or "cuda" or "float"
        or "MoveToOuterDisposeScope" or "MoveToOtherDisposeScope" or "DetachFromDisposeScope";

    private TokenState Of(IOperation value, MethodBody body, ImmutableDictionary<ISymbol, TokenState> given, int depth)
    {
        if (depth <= 0 || ++_steps > Steps || IsWritten(value, body))
        {
            return TokenState.Unknown;
        }
        TokenState? all = null;
        foreach (IOperation made in Origins(value, body))
        {
            if (!_underway.Add(made))
            {
                // What a loop makes of it again is judged by what it was first.
                continue;
            }
            TokenState one = Make(made, body, given, depth);
            _underway.Remove(made);
            all = all is null || all == one ? one : TokenState.Unknown;
        }
        return all ?? TokenState.Unknown;
    }

    private TokenState Make(IOperation made, MethodBody body, ImmutableDictionary<ISymbol, TokenState> given, int depth)
    {
        TokenState Operand(IOperation operand) => Of(operand, body, given, depth - 1);

        if (TensorCall.From(made, program.Torch) is { } call)
        {
            return OfFunction(call, body, Operand);
        }
        switch (made)
        {
            case IParameterReferenceOperation { Parameter: var parameter }:
                return given.TryGetValue(parameter.OriginalDefinition, out TokenState passed) ? passed : TokenState.Unknown;
            case IInvocationOperation forward when EventVocabulary.IsForward(forward, program.Torch):
                return Through(forward, body, Operand, depth);
            case IInvocationOperation factory when TorchSymbols.Same(factory.TargetMethod.ContainingType, program.Torch.Torch):
                return IsNoise(factory.TargetMethod.Name) ? TokenState.Unknown : TokenState.Unrelated;
            case IInvocationOperation helper when program.Events.CalleeOf(helper, body.Locals) is { } callee && program.Bodies.Of(callee) is { Outer: null } inner:
                return OfReturned(inner, helper.Arguments, Operand, depth);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Subtract } sum:
                return Sum(sum.LeftOperand, sum.RightOperand, body, Operand);
            case ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add } sum:
                return Sum(sum.Target, sum.Value, body, Operand);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Multiply or BinaryOperatorKind.Divide } product:
                return Product(product.LeftOperand, product.RightOperand, Operand);
            case IMemberReferenceOperation { Instance: null or IInstanceReferenceOperation }:
                return TokenState.Unrelated;
            case IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } indexed }:
                return Operand(indexed) == TokenState.Unrelated ? TokenState.Unrelated : TokenState.Unknown;
            default:
                return program.Torch.IsTensor(made.Type) ? TokenState.Unknown : TokenState.Unrelated;
        }
    }

    private TokenState OfFunction(TensorCall call, MethodBody body, Func<IOperation, TokenState> of)
    {
        TokenState input = of(call.Input);
        IOperation? other = call.Argument("other", "target", "right");
        return IsNoise(call.Name) ? TokenState.Unknown
            : KeepsPositions(call) || (input != TokenState.Tokens && (call.Name is "dropout" or "layer_norm" || Activation.Of(call) is not null)) ? input
            : call.Name is "add" or "sub" && other is not null ? Sum(call.Input, other, body, of)
            : call.Name is "mul" or "div" && other is not null ? Product(call.Input, other, of)
            : call.Invocation.Arguments.Select(argument => argument.Value).Append(call.Input).All(operand => !program.Torch.IsTensor(operand.Type) || of(operand) == TokenState.Unrelated)
                ? TokenState.Unrelated : TokenState.Unknown;
    }

    // What is added to a value leaves it to be seen, whatever a layer made of it; noise does not.
    private TokenState Sum(IOperation left, IOperation right, MethodBody body, Func<IOperation, TokenState> of)
    {
        (TokenState one, TokenState other) = (of(left), of(right));
        return one == TokenState.Shown && other == TokenState.Narrowed || one == TokenState.Narrowed && other == TokenState.Shown ? TokenState.Shown
            : one is TokenState.Shown or TokenState.Narrowed ? other != TokenState.Unknown || IsLayer(right, body) ? one : TokenState.Unknown
            : other is TokenState.Shown or TokenState.Narrowed ? one != TokenState.Unknown || IsLayer(left, body) ? other : TokenState.Unknown
            : one == TokenState.Unrelated && other == TokenState.Unrelated ? TokenState.Unrelated : TokenState.Unknown;
    }

    // What a tensor is multiplied with may be a mask.
    private TokenState Product(IOperation left, IOperation right, Func<IOperation, TokenState> of) =>
        !IsTensor(right) ? of(left) is not TokenState.Tokens and var scaled ? scaled : TokenState.Unknown
        : !IsTensor(left) ? of(right) is not TokenState.Tokens and var multiplied ? multiplied : TokenState.Unknown
        : of(left) is not TokenState.Tokens and var both && both == of(right) ? both : TokenState.Unknown;

    private TokenState Through(IInvocationOperation forward, MethodBody body, Func<IOperation, TokenState> of, int depth)
    {
        ImmutableArray<ModuleValue> models = program.Values.Of(forward.Instance, body);
        TokenState[] states = [.. models.Select(model => Layers.IsBuiltIn(model.Type, program.Torch)
            ? forward.Arguments.Length > 0 ? Through(model, of(forward.Arguments[0].Value), depth - 1) : TokenState.Unknown
            : program.Types.ForwardOf(model, forward.TargetMethod) is { } method && program.Bodies.Of(method) is { } inner && !HasNoise(model.Type)
                ? OfReturned(inner, forward.Arguments, of, depth) : TokenState.Unknown)];
        return states.Length > 0 && states.All(state => state == states[0]) ? states[0] : TokenState.Unknown;
    }

    /// <summary>What a module makes of one tensor.</summary>
    private TokenState Through(ModuleValue model, TokenState input, int depth)
    {
        if (depth <= 0 || input is TokenState.Unknown or TokenState.Unrelated)
        {
            return input;
        }
        if (Layers.IsSequential(model.Type, program.Torch))
        {
            return model is { Creation: { } creation, Body: { } maker, IsChanged: false } && Architecture.Of(creation, program.Torch) is { IsComplete: true } chain
                ? chain.Elements.Aggregate(input, (state, element) => program.Values.Of(element, maker) is { Length: 1 } one ? Through(one[0], state, depth - 1) : TokenState.Unknown)
                : TokenState.Unknown;
        }
        if (!Layers.IsBuiltIn(model.Type, program.Torch))
        {
            return program.Types.ForwardOf(model, called: null) is { Parameters.Length: 1 } method && program.Bodies.Of(method) is { } inner && !HasNoise(model.Type)
                ? OfReturned(inner, ImmutableDictionary.Create<ISymbol, TokenState>(SymbolEqualityComparer.Default).Add(method.Parameters[0].OriginalDefinition, input), depth)
                : TokenState.Unknown;
        }
        return OfLayer(new Layer(model.Type, model.Creation), input);
    }

    private TokenState OfLayer(Layer layer, TokenState input) => (layer.Type.Name, input) switch
    {
        ("Embedding", TokenState.Tokens) => TokenState.Shown,
        (_, TokenState.Tokens) => TokenState.Unknown,
        ("Linear", TokenState.Narrowed) => TokenState.Unknown,
        ("Linear", _) => layer.Number("outputSize") < layer.Number("inputSize") ? TokenState.Narrowed : input,
        ("LSTM" or "GRU" or "RNN" or "TransformerEncoder" or "TransformerEncoderLayer" or "Identity", _) => input,
        _ => Activation.Of(layer.Type, program.Torch) is not null || Layers.IsDropout(layer.Type, program.Torch) || layer.Type.Name == "LayerNorm" ? input : TokenState.Unknown,
    };

    private TokenState OfReturned(MethodBody inner, ImmutableArray<IArgumentOperation> arguments, Func<IOperation, TokenState> of, int depth)
    {
        var given = ImmutableDictionary.CreateBuilder<ISymbol, TokenState>(SymbolEqualityComparer.Default);
        ImmutableArray<IParameterSymbol> parameters = ((IMethodSymbol)inner.Owner).Parameters;
        foreach (IArgumentOperation argument in arguments.Where(argument => argument.Parameter?.Ordinal < parameters.Length))
        {
            given[parameters[argument.Parameter!.Ordinal].OriginalDefinition] = of(argument.Value);
        }
        return OfReturned(inner, given.ToImmutable(), depth);
    }

    private TokenState OfReturned(MethodBody inner, ImmutableDictionary<ISymbol, TokenState> given, int depth)
    {
        TokenState[] states = [.. Returns.Of(inner).Select(returned => Of(returned, inner, given, depth - 1))];
        return states.Length > 0 && states.All(state => state == states[0]) ? states[0] : TokenState.Unknown;
    }

    /// <summary>What made a value; of the tuple that a recurrent layer gives, its call where the value is the first element.</summary>
    private static ImmutableArray<IOperation> Origins(IOperation value, MethodBody body) =>
        (TupleElement.From(value, body) is not { } element ? body.Provenance?.Trace(value).Operations
            : element.Index == 0 ? body.Provenance?.Trace(element.Tuple).Operations
            : null) ?? ImmutableArray<IOperation>.Empty;

    /// <summary>Whether a value is what a module makes that adds no noise, however it makes it.</summary>
    private bool IsLayer(IOperation value, MethodBody body) => Origins(value, body) is { IsEmpty: false } origins && origins.All(made =>
        TensorCall.From(made, program.Torch) is { Name: "dropout" } dropout ? IsLayer(dropout.Input, body)
        : made is IInvocationOperation forward && EventVocabulary.IsForward(forward, program.Torch) && program.Values.Of(forward.Instance, body) is { IsEmpty: false } models
            && models.All(model => !HasNoise(model.Type)));

    private bool IsTensor(IOperation operand) => program.Torch.IsTensor(operand.WithoutConversion().Type) && operand.Number() is null
        && operand is not IConversionOperation { OperatorMethod: not null };

    private bool IsWritten(IOperation value, MethodBody body) => value.Symbol() is (ILocalSymbol or IParameterSymbol) and var symbol && body.Locals.Of(symbol).Any(mention => IsWrite(mention, program.Torch));

    /// <summary>Whether a mention of a tensor changes some of its elements: <c>x[mask] = 0</c>, <c>x.masked_fill_(…)</c>.</summary>
    public static bool IsWrite(IOperation mention, TorchSymbols torch) => mention.Parent switch
    {
        IPropertyReferenceOperation { Property.IsIndexer: true, Parent: IAssignmentOperation assignment } element => assignment.Target == element,
        _ => TensorCall.From(mention.Parent, torch) is { IsInPlace: true, Name: not "requires_grad" } change && change.Input == mention,
    };

    private static bool IsNoise(string function) => function is "rand" or "randn" or "rand_like" or "randn_like" or "randint" or "randint_like" or "bernoulli" or "multinomial" or "normal";

    /// <summary>Whether a method of a module draws random numbers, other than by Dropout.</summary>
    private static bool HasNoise(INamedTypeSymbol type) => type.DeclaringSyntaxReferences.Any(declaration => declaration.GetSyntax().DescendantNodes().OfType<MethodDeclarationSyntax>()
        .SelectMany(method => method.DescendantNodes().OfType<IdentifierNameSyntax>()).Any(name => IsNoise(name.Identifier.ValueText.TrimEnd('_')) && name.Identifier.ValueText != "normal_"));
}

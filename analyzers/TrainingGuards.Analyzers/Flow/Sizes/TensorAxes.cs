using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>
/// How many axes a tensor has and how long they are, followed from where it is made through views, arithmetic, reductions, helper methods and models.
/// </summary>
/// <remarks>One axis of length 1 too many is enough to make a loss meaningless: of the lengths, those that are constants are known.</remarks>
internal sealed class TensorAxes(TorchProgram program)
{
    private const int Depth = 32, Steps = 2000, Callers = 3, Calls = 8;

    /// <summary>The axes of a tensor on every path that leads to it.</summary>
    public AxisLengths Of(IOperation tensor, MethodBody body) => new Search(program).Of(tensor, body, Frame.Outermost, Depth);

    /// <summary>The axes of two tensors of a method in each of the calls in sight that lead to it, as far as what these give it tells them.</summary>
    public IEnumerable<(AxisLengths One, AxisLengths Other)> InCalls(IOperation one, IOperation other, MethodBody body)
    {
        var search = new Search(program);
        return search.FramesOf(body, Callers).Select(frame => (search.Of(one, body, frame, Depth), search.Of(other, body, frame, Depth)));
    }

    /// <summary>What the parameters of a method stand for in one call of it.</summary>
    private sealed class Frame(Frame? outer)
    {
        public static readonly Frame Outermost = new(outer: null);

        private readonly Dictionary<ISymbol, AxisLengths> _arguments = new(SymbolEqualityComparer.Default);

        public void Bind(ISymbol parameter, AxisLengths lengths) => _arguments[parameter.OriginalDefinition] = lengths;

        public AxisLengths? Of(ISymbol parameter) => _arguments.TryGetValue(parameter.OriginalDefinition, out AxisLengths? bound) ? bound : outer?.Of(parameter);
    }

    private sealed class Search(TorchProgram program)
    {
        private readonly HashSet<IOperation> _underway = [];
        private readonly Dictionary<(IOperation, Frame), AxisLengths> _known = [];
        private int _steps;
        private int _cycles;

        /// <summary>The calls of a method by name, each as it is given what its own callers give.</summary>
        public IEnumerable<Frame> FramesOf(MethodBody body, int callers) => callers == 0 || body.Outer is not null
            || body.Owner is not IMethodSymbol { MethodKind: MethodKind.Ordinary, IsOverride: false, IsVirtual: false } method || method.Parameters.IsEmpty || IsDecidedByCaller(body)
            ? []
            : program.References.Of(method).OfType<IInvocationOperation>().Take(Calls).SelectMany(call => program.Bodies.Around(call.Syntax) is { } caller && !IsDecidedByCaller(caller)
                ? FramesOf(caller, callers - 1).Prepend(Frame.Outermost).Select(frame => Bound(call.Arguments, body, caller, frame, Depth))
                : []).Take(Calls);

        // Where the shape or a flag decides what is run, one call runs a part of the method alone.
        private bool IsDecidedByCaller(MethodBody body) => body.Root.Descendants().Any(part => part switch
        {
            IConditionalOperation { Condition: var condition } => Mentions(condition),
            ISwitchOperation { Value: var value } => Mentions(value),
            ISwitchExpressionOperation { Value: var value } => Mentions(value),
            _ => false,
        });

        private bool Mentions(IOperation condition) => condition.DescendantsAndSelf().Any(part => part switch
        {
            IParameterReferenceOperation { Type: { } type } => type.IsValueType || type.SpecialType == SpecialType.System_String,
            IInvocationOperation { TargetMethod.Name: "dim" or "size" or "numel", Instance: { } asked } => program.Torch.IsTensor(asked.Type),
            IPropertyReferenceOperation { Property.Name: "shape" or "ndim" or "Dimensions" or "NumberOfElements", Instance: { } asked } => program.Torch.IsTensor(asked.Type),
            _ => false,
        });

        public AxisLengths Of(IOperation tensor, MethodBody body, Frame frame, int depth)
        {
            if (depth > 0 && TupleElement.From(tensor, body) is { } part && OfElement(part, body, frame, depth) is { } element)
            {
                return element;
            }
            if (depth == 0 || ++_steps > Steps || body.Provenance is not { } provenance || IsReshapedInPlace(tensor.WithoutConversion(), body))
            {
                return AxisLengths.Unknown;
            }
            int cycles = _cycles;
            var paths = provenance.Trace(tensor).Operations.Select(made => OfMade(made, body, frame, depth)).OfType<AxisLengths>().ToList();
            return paths.Count == 0 ? AxisLengths.Unknown
                // What a loop makes of it again is known if it is what it was before.
                : _cycles > cycles && paths.Any(path => !path.Equals(paths[0])) ? AxisLengths.Unknown
                : paths.Aggregate((one, other) => one.Or(other));
        }

        /// <summary>The axes that an operation gives its result, null where that is asked for to answer itself.</summary>
        private AxisLengths? OfMade(IOperation made, MethodBody body, Frame frame, int depth)
        {
            if (_known.TryGetValue((made, frame), out AxisLengths? known))
            {
                return known;
            }
            if (!_underway.Add(made))
            {
                _cycles++;
                return null;
            }
            int cycles = _cycles;
            AxisLengths lengths = Make(made, body, frame, depth);
            _underway.Remove(made);
            if (_cycles == cycles)
            {
                _known[(made, frame)] = lengths;
            }
            return lengths;
        }

        private AxisLengths Make(IOperation made, MethodBody body, Frame frame, int depth)
        {
            if (TensorCall.From(made, program.Torch) is { } call)
            {
                var function = new AxesOfFunction(call, program.Torch, operand => Of(operand, body, frame, depth - 1), SizesIn(body));
                return program.Torch.IsTensor(call.Method.ReturnType) ? function.Result : AxisLengths.Unknown;
            }
            switch (made)
            {
                case IParameterReferenceOperation { Parameter: var parameter }:
                    return frame.Of(parameter) ?? OfArguments(parameter, depth);
                case IInvocationOperation factory when TorchSymbols.Same(factory.TargetMethod.ContainingType, program.Torch.Torch):
                    return AxesOfFactory.Of(factory, SizesIn(body));
                case IInvocationOperation forward when EventVocabulary.IsForward(forward, program.Torch):
                    return OfForward(forward, body, frame, depth);
                case IInvocationOperation { TargetMethod.MethodKind: not MethodKind.DelegateInvoke } helper:
                    return program.Events.CalleeOf(helper, body.Locals) is { } callee && program.Bodies.Of(callee) is { } inner
                        ? OfReturned(inner, Bound(helper.Arguments, inner, body, frame, depth), depth)
                        : AxisLengths.Unknown;
                case IPropertyReferenceOperation { Property.IsIndexer: true } or IConversionOperation { OperatorMethod: not null } when BatchPart.Of(made, body, program) is { Count: > 0 } parts:
                    return parts.Select(part => OfBatch(part, depth)).Aggregate((one, other) => one.Or(other));
                case IFieldReferenceOperation or IPropertyReferenceOperation { Property.IsIndexer: false }:
                    return OfMember(((IMemberReferenceOperation)made).Member, depth);
                case IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } indexed } index when program.Torch.IsTensor(indexed.Type):
                    return AxesOfFunction.Indexed(Of(indexed, body, frame, depth - 1), index.Arguments);
                case IBinaryOperation binary:
                    return OfPair(binary.LeftOperand, binary.RightOperand, body, frame, depth);
                case ICompoundAssignmentOperation compound:
                    return OfPair(compound.Target, compound.Value, body, frame, depth);
                case IUnaryOperation unary:
                    return Of(unary.Operand, body, frame, depth - 1);
                case IConversionOperation { OperatorMethod: not null, Operand: var number } when IsNumber(number.Type):
                    return AxisLengths.Scalar;
                default:
                    return AxisLengths.Unknown;
            }
        }

        private AxisLengths OfBatch(BatchPart part, int depth)
        {
            AxisLengths given = Of(part.Tensor, part.Body, Frame.Outermost, depth - 1);
            return part.IsExample ? given.Stacked() : given.Rank > 0 ? given.With(0, length: null) : AxisLengths.Unknown;
        }

        private AxisLengths OfPair(IOperation left, IOperation right, MethodBody body, Frame frame, int depth) =>
            !program.Torch.IsTensor(left.Type) ? IsNumber(left.Type) ? Of(right, body, frame, depth - 1) : AxisLengths.Unknown
            : !program.Torch.IsTensor(right.Type) ? IsNumber(right.Type) ? Of(left, body, frame, depth - 1) : AxisLengths.Unknown
            : Of(left, body, frame, depth - 1).Broadcast(Of(right, body, frame, depth - 1));

        /// <summary>An element of what <c>x.max(dim)</c> gives, null for any other tuple.</summary>
        private AxisLengths? OfElement(TupleElement part, MethodBody body, Frame frame, int depth) =>
            body.Provenance?.Trace(part.Tuple).Single is { } made && TensorCall.From(made, program.Torch) is { } call
                ? new AxesOfFunction(call, program.Torch, operand => Of(operand, body, frame, depth - 1), SizesIn(body)).Extreme
                : null;

        private AxisLengths OfForward(IInvocationOperation forward, MethodBody body, Frame frame, int depth)
        {
            ImmutableArray<ModuleValue> models = program.Values.Of(forward.Instance, body);
            if (models.IsEmpty || !program.Torch.IsTensor(forward.Type))
            {
                return AxisLengths.Unknown;
            }
            IOperation? input = forward.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == 0)?.Value;
            AxisLengths given = input is null ? AxisLengths.Unknown : Of(input, body, frame, depth - 1);
            return models.Select(model => program.Torch.IsModule(model.Type) && !Layers.IsBuiltIn(model.Type, program.Torch)
                    ? program.Types.ForwardOf(model, forward.TargetMethod) is { } method && program.Bodies.Of(method) is { } inner
                        ? OfReturned(inner, Bound(forward.Arguments, inner, body, frame, depth), depth)
                        : AxisLengths.Unknown
                    : After(model, given, depth))
                .Aggregate((one, other) => one.Or(other));
        }

        /// <summary>What a module makes of one tensor.</summary>
        private AxisLengths After(ModuleValue model, AxisLengths given, int depth)
        {
            if (depth <= 0 || ++_steps > Steps)
            {
                return AxisLengths.Unknown;
            }
            if (Layers.IsSequential(model.Type, program.Torch))
            {
                return model is { Creation: { } creation, Body: { } maker, IsChanged: false } && Architecture.Of(creation, program.Torch) is { IsComplete: true } chain
                    ? chain.Elements.Aggregate(given, (lengths, element) => After(program.Values.Of(element, maker), lengths, depth - 1))
                    : AxisLengths.Unknown;
            }
            if (Layers.IsBuiltIn(model.Type, program.Torch))
            {
                return AxesOfLayer.Of(new Layer(model.Type, model.Creation), given, program.Torch);
            }
            if (program.Types.ForwardOf(model, called: null) is not { } method || program.Bodies.Of(method) is not { } inner || method.Parameters.IsEmpty)
            {
                return AxisLengths.Unknown;
            }
            var frame = new Frame(outer: null);
            frame.Bind(method.Parameters[0], given);
            return OfReturned(inner, frame, depth);
        }

        private AxisLengths After(ImmutableArray<ModuleValue> models, AxisLengths given, int depth) =>
            models.IsEmpty ? AxisLengths.Unknown : models.Select(model => After(model, given, depth)).Aggregate((one, other) => one.Or(other));

        private AxisLengths OfReturned(MethodBody body, Frame frame, int depth)
        {
            var returned = Returns.Of(body).ToList();
            return returned.Count == 0 || depth <= 1 ? AxisLengths.Unknown : returned.Select(value => Of(value, body, frame, depth - 1)).Aggregate((one, other) => one.Or(other));
        }

        private Frame Bound(ImmutableArray<IArgumentOperation> arguments, MethodBody callee, MethodBody body, Frame frame, int depth)
        {
            // A local function sees the parameters of the method around it.
            var bound = new Frame(callee.Outer is null ? null : frame);
            foreach (IArgumentOperation argument in arguments.Where(argument => program.Torch.IsTensor(argument.Parameter?.Type)))
            {
                if (argument.Parameter!.Ordinal < (callee.Owner as IMethodSymbol)?.Parameters.Length)
                {
                    bound.Bind(((IMethodSymbol)callee.Owner).Parameters[argument.Parameter.Ordinal], Of(argument.Value, body, frame, depth - 1));
                }
            }
            return bound;
        }

        /// <summary>What every caller in sight gives a parameter.</summary>
        private AxisLengths OfArguments(IParameterSymbol parameter, int depth)
        {
            if (depth <= 1 || parameter.RefKind != RefKind.None || parameter.ContainingSymbol is not IMethodSymbol { MethodKind: MethodKind.Ordinary or MethodKind.LocalFunction, IsOverride: false, IsVirtual: false } method)
            {
                return AxisLengths.Unknown;
            }
            ImmutableArray<IOperation> mentions = program.References.Of(method);
            return mentions.IsEmpty ? AxisLengths.Unknown : mentions.Select(mention => mention is IInvocationOperation call && program.Bodies.Around(call.Syntax) is { } caller
                    && call.Arguments.FirstOrDefault(argument => TorchSymbols.Same(argument.Parameter?.OriginalDefinition, parameter.OriginalDefinition)) is { } argument
                        ? Of(argument.Value, caller, Frame.Outermost, depth - 1)
                        : AxisLengths.Unknown)
                .Aggregate((one, other) => one.Or(other));
        }

        private AxisLengths OfMember(ISymbol member, int depth)
        {
            if (!IsDeclaredAlone(member) || program.References.Of(member).Any(mention => IsReshape(mention.Parent)))
            {
                return AxisLengths.Unknown;
            }
            ImmutableArray<IOperation?> values = program.Values.AssignedTo(member);
            return values.IsEmpty ? AxisLengths.Unknown : values
                .Select(value => value is not null && program.Bodies.Around(value.Syntax) is { } maker ? Of(value, maker, Frame.Outermost, depth - 1) : AxisLengths.Unknown)
                .Aggregate((one, other) => one.Or(other));
        }

        // What a constructor of its own sets, as that of a record does, is not assigned in sight.
        private static bool IsDeclaredAlone(ISymbol member) => !member.DeclaringSyntaxReferences.IsEmpty
            && member.DeclaringSyntaxReferences.All(declaration => declaration.GetSyntax() is VariableDeclaratorSyntax or PropertyDeclarationSyntax);

        private Dimensions? SizesIn(MethodBody body) => body.Outermost.Graph is { } graph ? new Dimensions(graph, program.Torch) : null;

        private bool IsReshapedInPlace(IOperation tensor, MethodBody body) =>
            tensor.Symbol() is (ILocalSymbol or IParameterSymbol) and var symbol && body.Locals.Of(symbol).Any(mention => IsReshape(mention.Parent));

        private bool IsReshape(IOperation? user) => TensorCall.From(user, program.Torch) is
        {
            IsInPlace: true,
            Name: "unsqueeze" or "squeeze" or "transpose" or "t" or "swapaxes" or "swapdims" or "resize" or "resize_as" or "set" or "as_strided"
        };

        private static bool IsNumber(ITypeSymbol? type) => type is { SpecialType: >= SpecialType.System_Boolean and <= SpecialType.System_Double } or { Name: "Scalar" or "Half" or "BFloat16" };
    }
}

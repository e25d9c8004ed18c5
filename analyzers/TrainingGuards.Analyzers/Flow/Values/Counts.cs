using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Which whole numbers count right predictions, and which count examples: through sums over loops, fields, parameters and methods.</summary>
internal sealed class Counts(TorchProgram program)
{
    private const int Depth = 6;

    private readonly TorchProgram _program = program;
    private readonly TensorReads _reads = new(program);

    /// <summary>What a number of right predictions is read from; null where it may be another number.</summary>
    public IOperation? OfRight(IOperation number) => new Search(this, IsRight).Find(number);

    /// <summary>What a number of examples is read from, a tensor's or a collection's size; null where it may be another number.</summary>
    public IOperation? OfExamples(IOperation number) => new Search(this, IsSize).Find(number);

    private bool IsSize(IOperation operation) => operation switch
    {
        IInvocationOperation { TargetMethod: { Name: "size" or "numel", ContainingType: var type } } => _program.Torch.IsTensor(type),
        IInvocationOperation { TargetMethod: { Name: "Count" or "LongCount" } method } => Visibility.IsOfFramework(method),
        IPropertyReferenceOperation { Property: { Name: "Count" or "Length" or "LongLength" or "NumberOfElements", Type.SpecialType: SpecialType.System_Int32 or SpecialType.System_Int64 } } => true,
        IArrayElementReferenceOperation { ArrayReference: var array } => array.WithoutConversion() is IPropertyReferenceOperation { Property: { Name: "shape", ContainingType: var type } } && _program.Torch.IsTensor(type),
        _ => false,
    };

    private bool IsRight(IOperation operation) => operation is IConditionalOperation { WhenFalse: { } otherwise } choice
        ? choice.WhenTrue.Number() is 1 && otherwise.Number() is 0 && IsPrediction(choice.Condition)
        : TensorReads.IsRead(operation, _program.Torch) && TensorIn(operation) is { } tensor && _program.Bodies.Around(operation.Syntax)?.Provenance is { } provenance
            && provenance.Ask(tensor, IsMatch) == Answer.Yes;

    private static IOperation? TensorIn(IOperation read) => read switch
    {
        IInvocationOperation call => call.Instance ?? call.Arguments.FirstOrDefault()?.Value,
        IConversionOperation conversion => conversion.Operand,
        _ => null,
    };

    // (output.argmax(1) == labels).sum(), however it is spelt.
    private Answer IsMatch(IOperation made, Func<IOperation, Answer> ask)
    {
        if (TensorCall.From(made, _program.Torch) is { } call)
        {
            return call.Name is "eq" or "equal" ? Answer.Yes
                : call.Name is "sum" or "count_nonzero" or "int" or "long" or "type" || Layers.KeepsValues(call) ? ask(call.Input)
                : call.Name is "logical_and" or "bitwise_and" ? Both(call.Input, call.Argument("other", "right", "target"), ask)
                : Answer.Unknown;
        }
        return made switch
        {
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals, OperatorMethod: not null, Type: var type } when _program.Torch.IsTensor(type) => Answer.Yes,
            IBinaryOperation { OperatorKind: BinaryOperatorKind.And } both => Both(both.LeftOperand, both.RightOperand, ask),
            _ => Answer.Unknown,
        };
    }

    private static Answer Both(IOperation one, IOperation? other, Func<IOperation, Answer> ask) =>
        ask(one) == Answer.Yes || (other is not null && ask(other) == Answer.Yes) ? Answer.Yes : Answer.Unknown;

    // if (predicted.item<long>() == label) correct++;
    private bool IsPrediction(IOperation condition) => condition.DescendantsAndSelf().OfType<IBinaryOperation>()
        .Any(comparison => comparison.OperatorKind == BinaryOperatorKind.Equals && (_reads.Any(comparison.LeftOperand) || _reads.Any(comparison.RightOperand)));

    /// <summary>One question about one number.</summary>
    private sealed class Search(Counts counts, Func<IOperation, bool> isCounted)
    {
        private readonly TorchProgram _program = counts._program;
        private readonly HashSet<ISymbol> _seen = new(SymbolEqualityComparer.Default);

        public IOperation? Find(IOperation number) => Find(number, Depth);

        private IOperation? Find(IOperation number, int depth)
        {
            if (depth == 0)
            {
                return null;
            }
            number = number.WithoutConversion();
            if (isCounted(number))
            {
                return number;
            }
            switch (number)
            {
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.Add, OperatorMethod: null } sum:
                    // correct = correct + more
                    return All(new[] { sum.LeftOperand, sum.RightOperand }.Where(term => term.Symbol() is not { } variable || !_seen.Contains(variable)), depth);
                case IParameterReferenceOperation { Parameter: { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Ordinary or MethodKind.LocalFunction } method } parameter }:
                    return All(Given(parameter, method), depth);
                case ILocalReferenceOperation { Local: var local } when _program.Bodies.Around(number.Syntax) is { } body:
                    return OfVariable(local, body.Locals.Of(local), body.Locals.WritesOf(local).FirstOrDefault(value => value?.Parent is IVariableInitializerOperation), depth);
                case IFieldReferenceOperation { Field: var field }:
                    return OfMember(field, depth);
                case IPropertyReferenceOperation { Property: { IsIndexer: false } property }:
                    return OfMember(property, depth);
                case IInvocationOperation call when _program.Bodies.Of(call.TargetMethod) is { } callee:
                    return All(Returns.Of(callee), depth);
                default:
                    return null;
            }
        }

        private IOperation? OfMember(ISymbol member, int depth) => !member.Locations.Any(location => location.IsInSource) ? null
            : member is IPropertySymbol { GetMethod: { } getter } && _program.Bodies.Of(getter) is { } computed && Returns.Of(computed).Any() ? All(Returns.Of(computed), depth)
            : OfVariable(member, _program.References.Of(member), _program.Bodies.Initializer(member)?.Root.ChildOperations.FirstOrDefault(), depth);

        /// <summary>What a variable counts: whatever is written to it must, and it may begin at zero.</summary>
        private IOperation? OfVariable(ISymbol variable, IEnumerable<IOperation> mentions, IOperation? initial, int depth)
        {
            if (!_seen.Add(variable))
            {
                return null;
            }
            var values = mentions.Where(mention => Written(mention) is not null).Select(mention => (Mention: mention, Value: Written(mention)!)).ToList();
            if (values.Exists(write => write.Value == write.Mention))
            {
                return null;
            }
            IOperation? found = null;
            foreach (IOperation written in values.Select(write => write.Value).Concat(initial is null ? [] : new[] { initial }).Where(value => value.WithoutConversion().Number() is not 0))
            {
                if ((IsCountedOne(written) ? written : Find(written, depth - 1)) is not { } counted)
                {
                    return null;
                }
                found ??= counted;
            }
            _seen.Remove(variable);
            return found;
        }

        /// <summary>The value added or assigned; the mention itself where it is written in a way that cannot be seen; null where it is read.</summary>
        private static IOperation? Written(IOperation mention) => mention.Parent switch
        {
            ISimpleAssignmentOperation assignment when assignment.Target == mention => assignment.Value,
            ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add } sum when sum.Target == mention => sum.Value,
            IAssignmentOperation assignment when assignment.Target == mention => mention,
            IIncrementOrDecrementOperation { Kind: OperationKind.Increment } increment => increment,
            IIncrementOrDecrementOperation or IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out } or IAddressOfOperation => mention,
            ITupleOperation { Parent: IDeconstructionAssignmentOperation deconstruction } tuple when deconstruction.Target == tuple => mention,
            _ => null,
        };

        private bool IsCountedOne(IOperation written)
        {
            if (written is not IIncrementOrDecrementOperation && written.Number() is not 1)
            {
                return false;
            }
            for (IOperation inner = written; inner.Parent is { } outer; inner = outer)
            {
                if (outer is IConditionalOperation { Condition: var condition } choice && choice.WhenTrue == inner && isCounted == counts.IsRight && counts.IsPrediction(condition))
                {
                    return true;
                }
            }
            return false;
        }

        private IOperation? All(IEnumerable<IOperation> numbers, int depth)
        {
            IOperation? found = null;
            foreach (IOperation number in numbers)
            {
                if (Find(number, depth - 1) is not { } counted)
                {
                    return null;
                }
                found ??= counted;
            }
            return found;
        }

        private IEnumerable<IOperation> Given(IParameterSymbol parameter, IMethodSymbol method) => _program.References.Of(method).Select(call =>
            CallBinding.ArgumentsOf(call).FirstOrDefault(argument => TorchSymbols.Same(argument.Parameter?.OriginalDefinition, parameter.OriginalDefinition))?.Value ?? call);
    }
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>What becomes of a state that a local, field or property keeps, as long as every use of it is understood.</summary>
internal sealed class StateUses
{
    private const int Depth = 3;

    private readonly LiveState _state;
    private readonly IReadOnlyList<LiveState> _kept;
    private readonly TorchProgram _program;
    private readonly List<StateUse> _uses = [];
    private bool _isUnknown;

    private StateUses(LiveState state, TorchProgram program)
    {
        (_state, _program) = (state, program);
        _kept = program.States.KeptWith(state);
    }

    /// <summary>The loads and saves of what is kept; none where the holder also keeps something else, or something else may be done to what it keeps.</summary>
    public static IReadOnlyList<StateUse> Of(LiveState state, TorchProgram program)
    {
        var uses = new StateUses(state, program);
        if (!uses.KeepsNothingElse())
        {
            return [];
        }
        uses.FollowHolder(state.Holder, state.Element, state.Body, Depth);
        return uses._isUnknown ? [] : uses._uses;
    }

    private bool KeepsNothingElse() => _kept.All(other => _state.Module.Equals(other.Module)) && ValuesOf(_state.Holder).All(IsKeptOrNothing);

    private IEnumerable<IOperation?> ValuesOf(ISymbol holder)
    {
        if (holder is ILocalSymbol)
        {
            return _state.Body.Locals.WritesOf(holder);
        }
        bool isPositional = holder is IPropertySymbol && _kept.Any(kept => kept.Value.Parent is IArgumentOperation);
        IEnumerable<IOperation?> assigned = _program.Values.AssignedTo(holder);
        return isPositional
            ? assigned.Where(value => value is not null).Concat(holder.ContainingType.InstanceConstructors.SelectMany(constructor => _program.References.Of(constructor))
                .SelectMany(creation => CallBinding.ArgumentsOf(creation)).Where(argument => argument.Parameter?.Name == holder.Name).Select(argument => argument.Value))
            : assigned;
    }

    private bool IsKeptOrNothing(IOperation? value)
    {
        IOperation? given = _state.Element is { } index && value?.WithoutConversion() is ITupleOperation tuple && index < tuple.Elements.Length ? tuple.Elements[index] : value;
        return given?.WithoutConversion() switch
        {
            null => false,
            { ConstantValue: { HasValue: true, Value: null } } or IDefaultValueOperation => true,
            IConditionalOperation { WhenFalse: { } whenFalse } choice => IsKeptOrNothing(choice.WhenTrue) && IsKeptOrNothing(whenFalse),
            ICoalesceOperation coalesce => IsKeptOrNothing(coalesce.Value) && IsKeptOrNothing(coalesce.WhenNull),
            IObjectCreationOperation { Arguments.IsEmpty: true, Initializer: null } => true,
            var list when ListedValues.IsEmpty(list) => true,
            var self when TorchSymbols.Same(self.Symbol(), _state.Holder) => true,
            var made => _kept.Any(kept => kept.Value.WithoutConversion().Syntax == made.Syntax),
        };
    }

    private void FollowHolder(ISymbol holder, int? element, MethodBody body, int depth)
    {
        IEnumerable<IOperation> mentions = holder is ILocalSymbol or IParameterSymbol ? body.Locals.Of(holder) : _program.References.Of(holder);
        foreach (IOperation mention in mentions)
        {
            if (element is not { } index)
            {
                Follow(mention, mention, depth);
            }
            else if (mention.Parent is IFieldReferenceOperation { Field: var field, Instance.Type: INamedTypeSymbol { IsTupleType: true } tuple } part)
            {
                if (tuple.TupleElements.IndexOf(field, SymbolEqualityComparer.Default) == index)
                {
                    Follow(part, part, depth);
                }
            }
            else
            {
                _isUnknown |= mention.Parent is not (IAssignmentOperation or IReturnOperation);
            }
        }
    }

    private void Follow(IOperation value, IOperation read, int depth)
    {
        switch (value.Parent)
        {
            case IConversionOperation { OperatorMethod: null } or IParenthesizedOperation or ICoalesceOperation:
            case IConditionalOperation { Type: not null } choice when choice.Condition != value:
                Follow(value.Parent, read, depth);
                break;
            case IArgumentOperation { Parameter: { } parameter, Parent: IInvocationOperation call }:
                FollowArgument(call, parameter, read, depth);
                break;
            case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } } when depth > 0 && _program.Bodies.Around(read.Syntax) is { } body
                && body.Locals.OnlyValueOf(local) is not null:
                FollowHolder(local, element: null, body, depth - 1);
                break;
            case IIsPatternOperation test:
                foreach (ISymbol declared in test.Pattern.DescendantsAndSelf().Select(DeclaredBy).OfType<ISymbol>())
                {
                    if (_program.Bodies.Around(read.Syntax) is { } around && depth > 0)
                    {
                        FollowHolder(declared, element: null, around, depth - 1);
                    }
                }
                break;
            case IPropertyReferenceOperation { Property: { IsIndexer: true } } entry when entry.Parent is ISimpleAssignmentOperation filling && filling.Target == entry:
                _isUnknown |= !_kept.Any(kept => kept.Value.Syntax == filling.Value.Syntax);
                break;
            case IInvocationOperation { TargetMethod.Name: "Clear" } or IPropertyReferenceOperation { Property.Name: "Count" or "Keys" } or IReturnOperation or IBinaryOperation:
            case IAssignmentOperation assignment when assignment.Target == value || TorchSymbols.Same(assignment.Target.Symbol(), _state.Holder):
            case ITupleOperation { Parent: IDeconstructionAssignmentOperation deconstruction } targets when deconstruction.Target == targets:
                break;
            default:
                _isUnknown = true;
                break;
        }
    }

    private void FollowArgument(IInvocationOperation call, IParameterSymbol parameter, IOperation read, int depth)
    {
        TorchSymbols torch = _program.Torch;
        IMethodSymbol method = call.TargetMethod;
        bool isOfModule = torch.IsModule(method.ContainingType) && TorchSymbols.Same(method.ContainingAssembly, torch.Tensor.ContainingAssembly);
        if (_program.Bodies.Around(read.Syntax) is not { } body)
        {
            _isUnknown = true;
        }
        else if (isOfModule && (method.Name, parameter.Name) is ("load_state_dict", "source") && !_program.Derived.Overrides(method))
        {
            _uses.Add(new StateUse(call, Receiver.Of(call.Instance, body.Locals), body));
        }
        else if (isOfModule && (method.Name, parameter.Name) is ("save_state_dict", "sd"))
        {
            _uses.Add(new StateUse(call, target: null, body));
        }
        else if (depth > 0 && _program.Events.CalleeOf(call, body.Locals) is { } callee && _program.Bodies.Of(callee) is { } inner)
        {
            int before = _uses.Count;
            FollowHolder(parameter.OriginalDefinition, element: null, inner, depth - 1);
            for (int i = before; i < _uses.Count; i++)
            {
                Receiver? target = _uses[i].Target is { } named ? CallBinding.IntoCaller(call, callee, named, _program, body.Locals) : null;
                _uses[i] = new StateUse(_uses[i].Call, target, body);
            }
        }
        else
        {
            _isUnknown = true;
        }
    }

    private static ISymbol? DeclaredBy(IOperation pattern) => pattern switch
    {
        IDeclarationPatternOperation declaration => declaration.DeclaredSymbol,
        IRecursivePatternOperation recursive => recursive.DeclaredSymbol,
        _ => null,
    };
}

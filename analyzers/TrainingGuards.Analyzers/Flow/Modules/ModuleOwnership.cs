using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>What becomes of a new module: whether another module may hold and so register it, which Sequential it is put into, where it is used as a root.</summary>
internal sealed class ModuleOwnership
{
    private const int Depth = 5;

    private readonly TorchProgram _program;
    private readonly HashSet<ISymbol> _seen = new(SymbolEqualityComparer.Default);
    private readonly List<IInvocationOperation> _roots = [];
    private readonly List<IOperation> _places = [];

    private ModuleOwnership(TorchProgram program) => _program = program;

    /// <summary>Whether a module, or code out of sight, may hold it.</summary>
    public bool MayHaveParent { get; private set; }

    /// <summary>Calls that ask it for all parameters or buffers below it, or move them.</summary>
    public IEnumerable<IInvocationOperation> RootUses => _roots;

    /// <summary>Where it stands in the list of a Sequential, which registers no components of its items.</summary>
    public IEnumerable<IOperation> InSequential => _places;

    /// <summary>Follows a module from the operation that makes it.</summary>
    public static ModuleOwnership Of(IOperation creation, MethodBody body, TorchProgram program)
    {
        var ownership = new ModuleOwnership(program);
        ownership.Follow(creation, body, Depth);
        return ownership;
    }

    private void Follow(IOperation value, MethodBody body, int depth)
    {
        if (depth == 0 || MayHaveParent)
        {
            MayHaveParent = true;
            return;
        }
        switch (value.Parent)
        {
            case IConversionOperation or IParenthesizedOperation or ICoalesceOperation or IConditionalAccessOperation:
            case IConditionalOperation choice when choice.Condition != value:
            case ITupleOperation { Parent: IConversionOperation or IArrayInitializerOperation }:
                Follow(value.Parent, body, depth);
                break;
            case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } }:
                FollowLocal(local, body, depth);
                break;
            case ISymbolInitializerOperation when body.Owner is IFieldSymbol or IPropertySymbol:
                FollowMember(body.Owner, depth);
                break;
            case ISimpleAssignmentOperation assignment when assignment.Value == value:
                FollowAssignment(assignment, body, depth);
                break;
            case ISimpleAssignmentOperation or ICoalesceAssignmentOperation:
                break;
            case IArrayInitializerOperation list:
                FollowList(list, value);
                break;
            case IArgumentOperation { Parent: { } call } argument:
                FollowArgument(argument, call, body, depth);
                break;
            case IInvocationOperation call when call.Instance == value:
                UseAsRoot(call);
                break;
            case IReturnOperation when body.Owner is IMethodSymbol { MethodKind: MethodKind.Ordinary or MethodKind.LocalFunction } method && !_program.Derived.Overrides(method):
                FollowCallers(method, depth);
                break;
            case IMemberReferenceOperation or IExpressionStatementOperation or IUsingOperation or IBinaryOperation or IIsPatternOperation or IIsTypeOperation
                or INameOfOperation or IInterpolationOperation:
                break;
            default:
                MayHaveParent = true;
                break;
        }
    }

    private void FollowLocal(ISymbol local, MethodBody body, int depth)
    {
        if (_seen.Add(local))
        {
            foreach (IOperation mention in body.Locals.Of(local))
            {
                Follow(mention, body, depth);
            }
        }
    }

    private void FollowAssignment(ISimpleAssignmentOperation assignment, MethodBody body, int depth)
    {
        switch (assignment.Target)
        {
            case ILocalReferenceOperation local:
                FollowLocal(local.Local, body, depth);
                break;
            case IMemberReferenceOperation { Member: IFieldSymbol or IPropertySymbol } reference:
                FollowMember(reference.Member, depth);
                break;
            case IDiscardOperation:
                break;
            default:
                MayHaveParent = true;
                break;
        }
        if (assignment.Parent is not IExpressionStatementOperation)
        {
            Follow(assignment, body, depth);
        }
    }

    private void FollowMember(ISymbol member, int depth)
    {
        member = member.OriginalDefinition;
        if ((_program.Torch.IsModule(member.ContainingType) && !member.IsStatic) || member.DeclaringSyntaxReferences.IsEmpty
            || Visibility.IsOpen(member, _program.Compilation))
        {
            MayHaveParent = true;
        }
        else if (_seen.Add(member))
        {
            foreach (IOperation mention in _program.References.Of(member))
            {
                FollowIn(mention, depth);
            }
        }
    }

    private void FollowList(IArrayInitializerOperation list, IOperation value)
    {
        IOperation? taker = list.Parent;
        while (taker is IConversionOperation or IArrayCreationOperation)
        {
            taker = taker.Parent;
        }
        bool isSequential = taker is IArgumentOperation { Parent: { Type: { } type } and (IObjectCreationOperation or IInvocationOperation) }
            && Layers.IsBuiltIn(type, _program.Torch) && type.Name == "Sequential";
        if (isSequential)
        {
            _places.Add(value.WithoutConversion() is ITupleOperation { Elements.Length: 2 } named ? named.Elements[1] : value);
        }
        else
        {
            MayHaveParent = true;
        }
    }

    private void FollowArgument(IArgumentOperation argument, IOperation call, MethodBody body, int depth)
    {
        switch (call)
        {
            case IInvocationOperation moved when Receiver.ReturnsItsModule(moved):
                UseAsRoot(moved);
                Follow(moved, body, depth);
                break;
            case IInvocationOperation append when Architecture.IsAppend(append, _program.Torch):
                _places.Add(argument.Value);
                break;
            case IInvocationOperation or IObjectCreationOperation when argument.Parameter is { RefKind: RefKind.None } parameter && CalleeOf(call, body) is { } callee:
                FollowParameter(parameter.OriginalDefinition, callee, depth - 1);
                break;
            default:
                MayHaveParent = true;
                break;
        }
    }

    private IMethodSymbol? CalleeOf(IOperation call, MethodBody body) =>
        _program.Events.CalleeOf(call, body.Locals) is { DeclaringSyntaxReferences.IsEmpty: false } callee ? callee : null;

    private void FollowParameter(IParameterSymbol parameter, IMethodSymbol callee, int depth)
    {
        if (!_seen.Add(parameter))
        {
            return;
        }
        bool isCaptured = Receiver.At(parameter) is { Root: null };
        if (isCaptured && _program.Torch.IsModule(callee.ContainingType))
        {
            MayHaveParent = true;
        }
        IEnumerable<IOperation> mentions = isCaptured
            ? _program.References.Named<IParameterReferenceOperation>(parameter.Name).Where(mention => TorchSymbols.Same(mention.Parameter, parameter))
            : _program.Bodies.Of(callee)?.Locals.Of(parameter) ?? [];
        foreach (IOperation mention in mentions)
        {
            FollowIn(mention, depth);
        }
    }

    private void FollowCallers(IMethodSymbol method, int depth)
    {
        if (Visibility.IsOpen(method, _program.Compilation))
        {
            MayHaveParent = true;
        }
        else if (_seen.Add(method.OriginalDefinition))
        {
            foreach (IOperation call in _program.References.Of(method))
            {
                if (call is not IInvocationOperation)
                {
                    MayHaveParent = true;
                    return;
                }
                FollowIn(call, depth - 1);
            }
        }
    }

    private void FollowIn(IOperation mention, int depth)
    {
        if (_program.Bodies.Around(mention.Syntax) is { } body)
        {
            Follow(mention, body, depth);
        }
        else
        {
            MayHaveParent = true;
        }
    }

    private void UseAsRoot(IInvocationOperation call)
    {
        if (call.TargetMethod.Name is "parameters" or "named_parameters" or "state_dict" or "save" or "load" or "load_state_dict" or "to" or "cuda" or "zero_grad")
        {
            _roots.Add(call);
        }
    }
}

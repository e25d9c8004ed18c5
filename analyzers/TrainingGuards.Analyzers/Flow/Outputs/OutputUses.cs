using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Follows a tensor forward, through locals, operators, torch's functions and helper methods, to where it is read out or backpropagated.</summary>
internal sealed class OutputUses
{
    private const int Depth = 4;

    private readonly TorchProgram _program;
    private readonly HashSet<(IOperation, bool)> _seen = [];
    private readonly OutputUse _use = new();

    private OutputUses(TorchProgram program) => _program = program;

    /// <summary>What becomes of the result of an operation of the tree.</summary>
    public static OutputUse Of(IOperation tensor, MethodBody body, TorchProgram program)
    {
        var uses = new OutputUses(program);
        uses.Follow(tensor, body, isCompared: false, Depth);
        return uses._use;
    }

    private void Follow(IOperation value, MethodBody body, bool isCompared, int depth)
    {
        if (!_seen.Add((value, isCompared)))
        {
            return;
        }
        switch (value.Parent)
        {
            case IConversionOperation { OperatorMethod: not null } read when !_program.Torch.IsTensor(read.Type) && _program.Torch.IsTensor(value.Type):
                if (TorchSymbols.Same(read.OperatorMethod.ContainingAssembly, _program.Torch.Tensor.ContainingAssembly) && read.Type?.IsValueType == true)
                {
                    ReadOut(read, isCompared);
                }
                else
                {
                    _use.Escapes = true;
                }
                break;
            case IConversionOperation or IParenthesizedOperation or IAwaitOperation or IUnaryOperation or ITupleOperation or ICoalesceOperation
                or IArrayInitializerOperation or IArrayCreationOperation or IFieldReferenceOperation { Instance.Type.IsTupleType: true }:
                Follow(value.Parent, body, isCompared, depth);
                break;
            case IConditionalOperation choice when choice.Condition != value:
                Follow(choice, body, isCompared, depth);
                break;
            case IBinaryOperation binary:
                Follow(binary, body, isCompared || IsDifference(binary), depth);
                break;
            case IInterpolationOperation text:
                ReadOut(text, isCompared);
                break;
            case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } }:
                FollowLocal(local, body, isCompared, depth);
                break;
            case IAssignmentOperation assignment when assignment.Value == value:
                FollowAssignment(assignment, body, isCompared, depth);
                break;
            case IPropertyReferenceOperation or IFieldReferenceOperation when ((IMemberReferenceOperation)value.Parent).Instance == value:
                FollowMember((IMemberReferenceOperation)value.Parent, body, isCompared, depth);
                break;
            case IArgumentOperation { Parent: IInvocationOperation call } argument:
                FollowCall(call, argument, body, isCompared, depth);
                break;
            case IInvocationOperation call when call.Instance == value:
                FollowCall(call, argument: null, body, isCompared, depth);
                break;
            case IConditionalAccessOperation access when access.Operation == value:
                foreach (IConditionalAccessInstanceOperation instance in access.WhenNotNull.DescendantsAndSelf().OfType<IConditionalAccessInstanceOperation>())
                {
                    Follow(instance, body, isCompared, depth);
                }
                break;
            case IConditionalAccessOperation access:
                Follow(access, body, isCompared, depth);
                break;
            case IExpressionStatementOperation or IUsingOperation or IIsPatternOperation:
                break;
            default:
                _use.Escapes = true;
                break;
        }
    }

    private void FollowLocal(ISymbol local, MethodBody body, bool isCompared, int depth)
    {
        foreach (IOperation mention in body.Locals.Of(local))
        {
            if (!IsTarget(mention))
            {
                Follow(mention, body, isCompared, depth);
            }
        }
    }

    private void FollowAssignment(IAssignmentOperation assignment, MethodBody body, bool isCompared, int depth)
    {
        if (assignment is IDeconstructionAssignmentOperation deconstruction)
        {
            foreach (ILocalReferenceOperation target in deconstruction.Target.DescendantsAndSelf().OfType<ILocalReferenceOperation>())
            {
                FollowLocal(target.Local, body, isCompared, depth);
            }
            return;
        }
        switch (assignment.Target)
        {
            case ILocalReferenceOperation { Local: var local }:
                FollowLocal(local, body, isCompared, depth);
                break;
            case IParameterReferenceOperation { Parameter: var parameter }:
                FollowLocal(parameter, body, isCompared, depth);
                break;
            case IDiscardOperation:
                break;
            default:
                _use.Escapes = true;
                break;
        }
    }

    private void FollowMember(IMemberReferenceOperation member, MethodBody body, bool isCompared, int depth)
    {
        if (_program.Torch.IsTensor(member.Type))
        {
            Follow(member, body, isCompared, depth);
        }
    }

    private void FollowCall(IInvocationOperation call, IArgumentOperation? argument, MethodBody body, bool isCompared, int depth)
    {
        IMethodSymbol method = call.TargetMethod;
        if (EventVocabulary.KindOf(call, _program.Torch) == EventKind.Backward)
        {
            _use.Backward ??= call;
        }
        else if (TorchSymbols.Same(method.ContainingAssembly, _program.Torch.Tensor.ContainingAssembly))
        {
            FollowTorch(call, argument, body, isCompared, depth);
        }
        else if (argument?.Parameter is { } parameter && _program.Events.CalleeOf(call, body.Locals) is { } callee && _program.Bodies.Of(callee) is { } inner && depth > 0)
        {
            bool escaped = _use.Escapes;
            _use.Escapes = false;
            FollowLocal(parameter.OriginalDefinition, inner, isCompared, depth - 1);
            bool mayComeBack = _use.Escapes && IsTensorLike(method.ReturnType);
            _use.Escapes = escaped || (_use.Escapes && !mayComeBack);
            if (mayComeBack)
            {
                Follow(call, body, isCompared, depth);
            }
        }
        else if (Visibility.IsOfFramework(method) && method.ContainingType.Name is "Console" or "Debug" or "Trace")
        {
            ReadOut(call, isCompared);
        }
        else if (!IsEvent(method))
        {
            _use.Escapes = true;
        }
    }

    private void FollowTorch(IInvocationOperation call, IArgumentOperation? argument, MethodBody body, bool isCompared, int depth)
    {
        IMethodSymbol method = call.TargetMethod;
        bool isTensors = IsTensorLike(method.ReturnType);
        if (isTensors)
        {
            bool isComparison = _program.Torch.IsLossFunction(method) || _program.Torch.IsLossModule(call.Instance?.Type)
                || method.Name is "eq" or "ne" or "sub" or "sub_" or "subtract" or "equal" or "dist" or "isclose";
            Follow(call, body, isCompared || isComparison, depth);
            if (argument is not null && method.Name.EndsWith("_", StringComparison.Ordinal) && call.Instance is ILocalReferenceOperation { Local: var changed })
            {
                FollowLocal(changed, body, isCompared, depth);
            }
        }
        else if (IsReadOut(method))
        {
            ReadOut(call, isCompared || method.Name is "equal" or "allclose");
        }
        else if (argument is not null && !method.ReturnsVoid)
        {
            _use.Escapes = true;
        }
    }

    private void ReadOut(IOperation read, bool isCompared)
    {
        _use.ReadOut ??= read;
        _use.IsCompared |= isCompared;
    }

    private static bool IsTarget(IOperation mention) => mention.Parent switch
    {
        IAssignmentOperation assignment => assignment.Target == mention,
        ITupleOperation or IDeclarationExpressionOperation => IsTarget(mention.Parent),
        _ => false,
    };

    private static bool IsReadOut(IMethodSymbol method) => method.Name is "item" or "data" or "ToScalar" or "ToSingle" or "ToDouble" or "ToInt32" or "ToInt64"
        or "ToInt16" or "ToByte" or "ToSByte" or "ToBoolean" or "ToHalf" or "tolist" or "ToString" or "str" or "print" or "equal" or "allclose" or "tobytes"
        || method.Name.StartsWith("ReadCpu", StringComparison.Ordinal);

    private bool IsTensorLike(ITypeSymbol type) => _program.Torch.IsTensor(type)
        || (type is INamedTypeSymbol { IsGenericType: true } generic && generic.TypeArguments.Any(IsTensorLike))
        || (type is IArrayTypeSymbol array && IsTensorLike(array.ElementType));

    // An IDisposable that is merely disposed of.
    private static bool IsEvent(IMethodSymbol method) => method.Name == "Dispose";

    private static bool IsDifference(IBinaryOperation binary) =>
        binary.OperatorKind is BinaryOperatorKind.Subtract or BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals;
}

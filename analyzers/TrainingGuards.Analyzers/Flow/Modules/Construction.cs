using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>
/// The steps of making a module, in the order they run: the initialisers of the derived type, the base's constructor, the body; methods
/// of its own that a constructor calls are followed.
/// </summary>
internal sealed class Construction
{
    private const int Depth = 6;

    private readonly TorchProgram _program;
    private readonly ImmutableArray<ConstructionStep>.Builder _steps = ImmutableArray.CreateBuilder<ConstructionStep>();

    private Construction(TorchProgram program) => _program = program;

    /// <summary>The steps of one constructor.</summary>
    public static ImmutableArray<ConstructionStep> Of(IMethodSymbol constructor, TorchProgram program)
    {
        var construction = new Construction(program);
        construction.Run(constructor.OriginalDefinition, Depth);
        return construction._steps.ToImmutable();
    }

    /// <summary>Whether a call is RegisterComponents of TorchSharp's own on the module that calls it.</summary>
    public static bool IsRegisterComponents(IInvocationOperation call, TorchSymbols torch) =>
        call is { TargetMethod: { Name: "RegisterComponents", Parameters.IsEmpty: true } method, Instance: IInstanceReferenceOperation }
        && TorchSymbols.Same(method.ContainingType, torch.Module);

    private void Run(IMethodSymbol constructor, int depth)
    {
        INamedTypeSymbol type = constructor.ContainingType.OriginalDefinition;
        if (TorchSymbols.Same(type.ContainingAssembly, _program.Torch.Tensor.ContainingAssembly))
        {
            return;
        }
        if (depth == 0 || type.DeclaringSyntaxReferences.IsEmpty)
        {
            AddStep(ConstructionKind.ByHand, operation: null, isCertain: false);
            return;
        }
        IOperation? root = constructor.IsImplicitlyDeclared ? null : _program.Bodies.Of(constructor)?.Root;
        IInvocationOperation? chained = ((root as IConstructorBodyOperation)?.Initializer as IExpressionStatementOperation)?.Operation as IInvocationOperation;
        if (chained is null || !TorchSymbols.Same(chained.TargetMethod.ContainingType.OriginalDefinition, type))
        {
            RunInitialisers(type);
        }
        if ((chained?.TargetMethod ?? BaseConstructor(constructor, type)) is { } next)
        {
            Run(next.OriginalDefinition, depth - 1);
        }
        if (root is IConstructorBodyOperation body)
        {
            Visit((IOperation?)body.BlockBody ?? body.ExpressionBody, isCertain: true, depth);
        }
    }

    private void RunInitialisers(INamedTypeSymbol type)
    {
        foreach (ISymbol member in type.GetMembers())
        {
            if (member is IFieldSymbol { IsStatic: false, IsImplicitlyDeclared: false } or IPropertySymbol { IsStatic: false }
                && _program.Bodies.Initializer(member)?.Root is ISymbolInitializerOperation { Value: var value })
            {
                AddStep(ConstructionKind.Assign, value, isCertain: true, member, value);
            }
        }
    }

    // A constructor without an initialiser calls the base's without arguments, a primary constructor the one that the base list names.
    private IMethodSymbol? BaseConstructor(IMethodSymbol constructor, INamedTypeSymbol type)
    {
        foreach (SyntaxReference reference in constructor.IsImplicitlyDeclared ? ImmutableArray<SyntaxReference>.Empty : constructor.DeclaringSyntaxReferences)
        {
            if (reference.GetSyntax() is TypeDeclarationSyntax { BaseList: { } bases }
                && bases.Types.OfType<PrimaryConstructorBaseTypeSyntax>().FirstOrDefault() is { } named)
            {
                return _program.Bodies.ModelOf(reference.SyntaxTree).GetSymbolInfo(named).Symbol as IMethodSymbol;
            }
        }
        return type.BaseType?.InstanceConstructors.FirstOrDefault(candidate => candidate.Parameters.All(parameter => parameter.IsOptional || parameter.IsParams));
    }

    /// <summary>Reads the steps of an operation, and says whether control certainly goes on to the next.</summary>
    private bool Visit(IOperation? operation, bool isCertain, int depth)
    {
        switch (operation)
        {
            case null:
                return isCertain;
            case IReturnOperation { IsImplicit: false }:
                VisitChildren(operation, isCertain, depth);
                return false;
            case IConditionalOperation or ILoopOperation or ISwitchOperation or ISwitchExpressionOperation or ICoalesceOperation or IConditionalAccessOperation
                or ICatchClauseOperation or IAnonymousFunctionOperation or ILocalFunctionOperation or ICoalesceAssignmentOperation:
                VisitChildren(operation, isCertain: false, depth);
                if (operation is ICoalesceAssignmentOperation lazily)
                {
                    Assign(lazily.Target, lazily.Value, lazily, isCertain: false);
                }
                return isCertain && !LeavesEarly(operation);
            case ISimpleAssignmentOperation assignment:
                isCertain = Visit(assignment.Value, isCertain, depth);
                Assign(assignment.Target, assignment.Value, assignment, isCertain);
                return isCertain;
            case IDeconstructionAssignmentOperation deconstruction:
                isCertain = Visit(deconstruction.Value, isCertain, depth);
                Assign(deconstruction.Target, deconstruction.Value, deconstruction, isCertain);
                return isCertain;
            case IInvocationOperation call:
                isCertain = VisitChildren(call, isCertain, depth);
                VisitCall(call, isCertain, depth);
                return isCertain;
            case IObjectCreationOperation creation:
                isCertain = VisitChildren(creation, isCertain, depth);
                if (GivesItselfAway(creation.Arguments))
                {
                    AddStep(ConstructionKind.ByHand, creation, isCertain: false);
                }
                return isCertain;
            default:
                return VisitChildren(operation, isCertain, depth);
        }
    }

    private bool VisitChildren(IOperation operation, bool isCertain, int depth)
    {
        foreach (IOperation child in operation.ChildOperations)
        {
            isCertain = Visit(child, isCertain, depth);
        }
        return isCertain;
    }

    // What a nested function returns from is itself.
    private static bool LeavesEarly(IOperation operation) => operation is not (IAnonymousFunctionOperation or ILocalFunctionOperation)
        && (operation is IReturnOperation { IsImplicit: false } || operation.ChildOperations.Any(LeavesEarly));

    private void Assign(IOperation target, IOperation value, IOperation assignment, bool isCertain)
    {
        if (target is ITupleOperation targets)
        {
            for (int i = 0; i < targets.Elements.Length; i++)
            {
                IOperation part = value.WithoutConversion() is ITupleOperation values && values.Elements.Length == targets.Elements.Length ? values.Elements[i] : value;
                Assign(targets.Elements[i], part, assignment, isCertain);
            }
        }
        else if (target is IMemberReferenceOperation { Instance: IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance }, Member: var member })
        {
            AddStep(ConstructionKind.Assign, assignment, isCertain, member.OriginalDefinition, value);
        }
    }

    private void VisitCall(IInvocationOperation call, bool isCertain, int depth)
    {
        IMethodSymbol method = call.TargetMethod;
        if (IsRegisterComponents(call, _program.Torch))
        {
            AddStep(_program.Derived.Overrides(method) ? ConstructionKind.ByHand : ConstructionKind.Register, call, isCertain);
        }
        else if (Registrations.IsByHand(method, _program.Torch))
        {
            AddStep(ConstructionKind.ByHand, call, isCertain);
        }
        else if (method.Name is "Add" or "append" or "Insert" or "extend" && method.ContainingType is { } list && Layers.IsContainer(list, _program.Torch)
            && call.Instance is IMemberReferenceOperation { Instance: IInstanceReferenceOperation, Member: var member } && call.Arguments.Length > 0)
        {
            AddStep(ConstructionKind.Add, call, isCertain, member.OriginalDefinition, call.Arguments[call.Arguments.Length - 1].Value);
        }
        else if (call.Instance is IInstanceReferenceOperation || method.MethodKind == MethodKind.LocalFunction)
        {
            bool isOpen = method.IsVirtual && (method.IsAbstract || _program.Derived.Overrides(method));
            if (depth == 0 || isOpen)
            {
                AddStep(ConstructionKind.ByHand, call, isCertain: false);
            }
            else if (_program.Bodies.Of(method) is { Root: var root })
            {
                foreach (IOperation part in root is ILocalFunctionOperation or IMethodBodyOperation ? root.ChildOperations : [])
                {
                    isCertain = Visit(part, isCertain, depth - 1);
                }
            }
        }
        else if (GivesItselfAway(call.Arguments))
        {
            AddStep(ConstructionKind.ByHand, call, isCertain: false);
        }
    }

    private static bool GivesItselfAway(ImmutableArray<IArgumentOperation> arguments) =>
        arguments.Any(argument => argument.Value.WithoutConversion() is IInstanceReferenceOperation);

    private void AddStep(ConstructionKind kind, IOperation? operation, bool isCertain, ISymbol? member = null, IOperation? value = null) =>
        _steps.Add(new ConstructionStep(kind, operation, isCertain, member, value));
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Whether the tensors that a round of a loop makes are certainly of no use after it, so that a scope may dispose of them.</summary>
internal static class LoopTensors
{
    private const int Depth = 5;

    public static bool StayInside(ILoopOperation loop, EventGraph graph, TorchProgram program)
    {
        var loopSyntax = (StatementSyntax)loop.Syntax;
        // A scope holds for one thread, and a function that is made here may run elsewhere or later.
        return !loopSyntax.DescendantNodes().Any(node => node is AwaitExpressionSyntax or YieldStatementSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)
            && loop.Descendants().All(operation => !Keeps(operation, loopSyntax))
            && program.Called.BodiesIn(loopSyntax, graph).All(callee => callee.Root.Descendants().All(operation => !Keeps(operation, callee.Root.Syntax)))
            && program.Called.In(loopSyntax, graph).All(one => one.Step.Kind switch
            {
                EventKind.Forward => IsStateless(one.Path[one.Path.Length - 1], program),
                EventKind.OptimizerStep => one.Step.Operation is IInvocationOperation step && !EventVocabulary.IsOwnStep(step, program),
                _ => true,
            });
    }

    /// <summary>Whether an operation puts something that may hold a tensor where it is still there after the code around it.</summary>
    private static bool Keeps(IOperation operation, SyntaxNode within) => operation switch
    {
        IAssignmentOperation assignment => assignment.Target.DescendantsAndSelf().Any(target => IsOutside(target, within) && MayHoldTensors(target.Type)),
        IArgumentOperation { Parameter.RefKind: RefKind.Out or RefKind.Ref, Value: var target } => IsOutside(target, within) && MayHoldTensors(target.Type),
        IReturnOperation { ReturnedValue: { } value, IsImplicit: false } => operation.Syntax.Ancestors().Contains(within) && within is StatementSyntax and not LocalFunctionStatementSyntax
            && MayHoldTensors(value.Type),
        // losses.Add(loss)
        IInvocationOperation call => Visibility.IsOfFramework(call.TargetMethod) && call.TargetMethod.ContainingType.Name is not ("Console" or "Debug" or "Trace")
            && call.Arguments.Any(argument => MayHoldTensors(argument.Value.WithoutConversion().Type)),
        _ => false,
    };

    private static bool IsOutside(IOperation target, SyntaxNode within) => target switch
    {
        ILocalReferenceOperation { Local: var local } => !local.DeclaringSyntaxReferences.All(declaration => declaration.SyntaxTree == within.SyntaxTree && within.Span.Contains(declaration.Span)),
        IParameterReferenceOperation { Parameter: var parameter } => parameter.RefKind != RefKind.None || within is StatementSyntax and not LocalFunctionStatementSyntax,
        IMemberReferenceOperation or IArrayElementReferenceOperation => true,
        _ => false,
    };

    private static bool MayHoldTensors(ITypeSymbol? type) => type switch
    {
        null => false,
        { SpecialType: SpecialType.System_String } => false,
        IArrayTypeSymbol array => MayHoldTensors(array.ElementType),
        INamedTypeSymbol { IsGenericType: true } generic when generic.IsValueType || Visibility.IsOfFramework(generic) => generic.TypeArguments.Any(MayHoldTensors),
        { IsValueType: true } => type.TypeKind == TypeKind.Struct && !Visibility.IsOfFramework(type),
        { TypeKind: TypeKind.Class, SpecialType: SpecialType.None, ContainingNamespace.Name: not "Collections" } => !Visibility.IsOfFramework(type) && type.Name != "Device",
        _ => true,
    };

    /// <summary>Whether no module that a forward pass runs has a field that it could keep a tensor in.</summary>
    private static bool IsStateless(CalledEvent.Link pass, TorchProgram program) =>
        pass.Graph.Body.Model.GetOperation(pass.Step.Syntax) is IInvocationOperation { Instance: { } module }
        && IsStateless(program.Values.Of(module, pass.Graph.Body), program, Depth);

    private static bool IsStateless(ImmutableArray<ModuleValue> modules, TorchProgram program, int depth) => !modules.IsEmpty && depth > 0 && modules.All(module =>
    {
        if (Layers.IsSequential(module.Type, program.Torch) || Layers.IsModuleCollection(module.Type, program.Torch))
        {
            return module is { Creation: { } creation, Body: { } body, IsChanged: false } && Architecture.Of(creation, program.Torch) is { IsComplete: true } layers
                && layers.Elements.All(layer => IsStateless(program.Values.Of(layer, body), program, depth - 1));
        }
        return Layers.IsBuiltIn(module.Type, program.Torch) || (!module.Type.DeclaringSyntaxReferences.IsEmpty && ModuleTypes.Fields(module.Type).All(field =>
            program.Torch.IsModule(field.Type) ? IsStateless(program.Values.OfMember(field.AssociatedSymbol ?? field), program, depth - 1)
                : (field.IsReadOnly && program.Torch.IsTensor(field.Type)) || program.Torch.IsParameter(field.Type) || !MayHoldTensors(field.Type)));
    });
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Whether anything sees to it that the tensors of a loop are disposed of: a scope, a using, Dispose, or the collector called by hand.</summary>
internal static class TensorDisposal
{
    private const int Depth = 4;

    /// <summary>What a round of a loop may set off disposes of tensors, or may.</summary>
    public static bool MayHappenIn(StatementSyntax loop, EventGraph graph, TorchProgram program) =>
        program.Called.In(loop, graph).Any(one => one.IsOpaque || Disposes(one.Step.Operation))
            || graph.All.Any(step => IsCollection(step.Operation) && graph.LoopsAround(step).Any(outer => outer.Span.Contains(loop.Span)))
            || HasUsing(graph.Body.Model.GetOperation(loop), program)
            || program.Called.BodiesIn(loop, graph).Any(callee => HasUsing(callee.Root, program));

    /// <summary>Whether a dispose scope is open around an operation of the tree, in its body or in one that calls it.</summary>
    public static bool IsScoped(IOperation operation, MethodBody body, TorchProgram program) => IsScoped(operation, body, program, Depth);

    private static bool IsScoped(IOperation operation, MethodBody body, TorchProgram program, int depth) => ThreadBoundScope.Disposes(operation, program.Torch)
        || IsHeld(operation, body)
        || (depth > 0 && CallSites.Of(body, program).Any(site =>
            site.Call is { } call && program.Bodies.Around(call.Syntax) is { } caller && IsScoped(call, caller, program, depth - 1)));

    // Whoever keeps a scope in a variable or field, without a using, closes it when it suits him: until then it is open around what he does.
    private static bool IsHeld(IOperation operation, MethodBody body)
    {
        for (INamedTypeSymbol? type = body.Outermost.Owner.ContainingType; type is not null && !Visibility.IsOfFramework(type); type = type.BaseType)
        {
            if (type.GetMembers().Any(member => member is IFieldSymbol field && IsDisposeScope(field.Type)))
            {
                return true;
            }
        }
        IOperation inner = operation;
        for (IOperation? outer = operation.Parent; outer is not null; inner = outer, outer = outer.Parent)
        {
            if (outer is IBlockOperation block && block.Operations.TakeWhile(statement => statement != inner).OfType<IVariableDeclarationGroupOperation>()
                .SelectMany(group => group.Declarations).SelectMany(declaration => declaration.Declarators).Any(local => IsDisposeScope(local.Symbol.Type)))
            {
                return true;
            }
        }
        return false;
    }

    private static bool IsDisposeScope(ITypeSymbol type) => type is { Name: "DisposeScope", ContainingNamespace: { Name: "TorchSharp", ContainingNamespace.IsGlobalNamespace: true } };

    private static bool Disposes(IOperation operation) => operation is IInvocationOperation { TargetMethod.Name: var name }
        && (name is "NewDisposeScope" or "Dispose" or "DisposeAsync" or "DisposeEverything" or "DisposeEverythingBut" || IsCollection(operation));

    // Who calls the collector after each epoch knows what there is to collect.
    private static bool IsCollection(IOperation operation) => operation is IInvocationOperation { TargetMethod: { Name: "Collect", ContainingType.Name: "GC" } };

    private static bool HasUsing(IOperation? code, TorchProgram program) => code?.DescendantsAndSelf().Any(operation => operation switch
    {
        IUsingOperation { Resources: var resource } => MayHoldTensors(resource, program),
        IUsingDeclarationOperation { DeclarationGroup: var resource } => MayHoldTensors(resource, program),
        _ => false,
    }) == true;

    // Streams and gradient modes hold none.
    private static bool MayHoldTensors(IOperation resource, TorchProgram program)
    {
        IEnumerable<IOperation> values = resource is IVariableDeclarationGroupOperation group
            ? group.Declarations.SelectMany(declaration => declaration.Declarators).Select(declarator => (declarator.Initializer ?? (declarator.Parent as IVariableDeclarationOperation)?.Initializer)?.Value).OfType<IOperation>()
            : [resource];
        return values.Select(value => value.WithoutConversion()).Any(value => value is IInvocationOperation call && EventVocabulary.KindOf(call, program.Torch) == EventKind.GradModeBegin
            ? false
            : value.Type is not { TypeKind: TypeKind.Class or TypeKind.Struct } type || !Visibility.IsOfFramework(type));
    }
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Arrays of sizes that nothing else refers to: a tensor makes a new one each time that its shape is asked for.</summary>
internal sealed class FreshArrays(TorchProgram program)
{
    /// <summary>Whether an array is certainly known by no other name than this.</summary>
    public bool IsFresh(IOperation array) => IsNew(array)
        || (Variable(array) is { } variable && DefinitionOf(array) is { } definition && IsNewAt(definition) && IsOnlyName(variable, array, definition));

    /// <summary>Whether an array is certainly the shape of a tensor, or a part of one.</summary>
    public bool IsShape(IOperation array) => IsOfTensor(array)
        || (DefinitionOf(array) is { IsEntry: true, Symbol: IParameterSymbol parameter } ? Given(parameter, IsOfTensor)
            : Variable(array) is not null && program.Bodies.Around(array.Syntax)?.Provenance?.Trace(array) is { IsUnknown: false } origin && origin.Operations.All(IsOfTensor));

    private bool IsNewAt(Definition definition) => definition.IsEntry
        ? definition.Symbol is IParameterSymbol parameter && Given(parameter, IsNew)
        : definition.Value?.WithoutConversion() is { } value && IsNew(value);

    private bool IsNew(IOperation array) => array is IArrayCreationOperation || IsOfTensor(array);

    private bool IsOfTensor(IOperation array) => array switch
    {
        IConditionalAccessOperation access => IsOfTensor(access.WhenNotNull),
        IPropertyReferenceOperation { Property: { Name: "shape", ContainingType: var type } } => program.Torch.IsTensor(type),
        IInvocationOperation { TargetMethod: { Name: "size" or "stride", Parameters.IsEmpty: true, ContainingType: var type } } => program.Torch.IsTensor(type),
        // x.shape[1..] is a copy.
        IArrayElementReferenceOperation part => part.Type is IArrayTypeSymbol && IsOfTensor(part.ArrayReference.WithoutConversion()),
        _ => false,
    };

    /// <summary>Whether every call in sight gives a parameter such an array, and none can be out of sight.</summary>
    private bool Given(IParameterSymbol parameter, Func<IOperation, bool> isWanted)
    {
        if (parameter.ContainingSymbol is not IMethodSymbol { MethodKind: MethodKind.Ordinary or MethodKind.LocalFunction, IsVirtual: false, IsOverride: false } method
            || parameter.RefKind != RefKind.None || Visibility.IsOpen(method, program.Compilation))
        {
            return false;
        }
        var calls = program.References.Of(method).ToList();
        return calls.Count > 0 && calls.TrueForAll(call => CallBinding.ArgumentsOf(call).Any(argument =>
            TorchSymbols.Same(argument.Parameter?.OriginalDefinition, parameter.OriginalDefinition) && isWanted(argument.Value.WithoutConversion())));
    }

    private Definition? DefinitionOf(IOperation array) =>
        Variable(array) is not null ? program.Bodies.Around(array.Syntax)?.Provenance?.Definition(array) : null;

    private static ISymbol? Variable(IOperation array) => array switch
    {
        ILocalReferenceOperation { Local: var local } => local,
        IParameterReferenceOperation { Parameter: var parameter } => parameter,
        _ => null,
    };

    private bool IsOnlyName(ISymbol variable, IOperation mention, Definition definition) => program.Bodies.Around(mention.Syntax) is { } body
        && body.Locals.Of(variable).All(other => other.Syntax == mention.Syntax || !MayShare(other)
            || (definition.Syntax is { } start && program.Bodies.Around(other.Syntax) == body && !Continuation.CanReach(other.Syntax, mention.Syntax, start, body)));

    // Reading sizes out of an array, or giving it to what only does that, makes no second name for it.
    private bool MayShare(IOperation mention)
    {
        if (mention is ILocalReferenceOperation { IsDeclaration: true })
        {
            return false;
        }
        IOperation value = mention;
        while (value.Parent is IConversionOperation or IParenthesizedOperation)
        {
            value = value.Parent;
        }
        return value.Parent switch
        {
            IArrayElementReferenceOperation or IPropertyReferenceOperation or IBinaryOperation or IForEachLoopOperation or IInterpolationOperation => false,
            IArgumentOperation { Parameter: { RefKind: RefKind.None, ContainingSymbol: IMethodSymbol called } } => !OnlyReads(called),
            IInvocationOperation call => call.Instance != value || !OnlyReads(call.TargetMethod),
            IAssignmentOperation assignment => assignment.Target != value,
            _ => true,
        };
    }

    private bool OnlyReads(IMethodSymbol called) => TorchSymbols.Same(called.ContainingAssembly, program.Torch.Tensor.ContainingAssembly)
        || (Visibility.IsOfFramework(called) && called.ContainingType.Name is "Object" or "String" or "Console" or "Array" or "Enumerable" or "MemoryExtensions");
}

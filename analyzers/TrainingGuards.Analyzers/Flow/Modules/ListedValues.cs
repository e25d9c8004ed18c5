using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>The values that the creation of a list spells out: array and collection initialisers, collection expressions, tuples.</summary>
internal static class ListedValues
{
    // The compiler that runs the rules knows more than the one they are compiled against.
    private const OperationKind CollectionExpression = (OperationKind)0x7F;
    private const OperationKind Spread = (OperationKind)0x80;

    /// <summary>The elements of an array creation or a collection expression in order, null for anything else.</summary>
    public static IEnumerable<IOperation>? ElementsOf(IOperation list) => list switch
    {
        IArrayCreationOperation { Initializer: { } initializer } => initializer.ElementValues.Select(OperationExtensions.WithoutConversion),
        IArrayInitializerOperation initializer => initializer.ElementValues.Select(OperationExtensions.WithoutConversion),
        { Kind: CollectionExpression } => list.ChildOperations.Where(child => child.Kind != Spread).Select(OperationExtensions.WithoutConversion),
        _ => null,
    };

    /// <summary>Whether the elements are all there are: nothing is spread into the list.</summary>
    public static bool IsComplete(IOperation list) => list.Kind != CollectionExpression || !list.ChildOperations.Any(IsSpread);

    /// <summary>Whether an operation is an empty collection expression.</summary>
    public static bool IsEmpty(IOperation list) => list.Kind == CollectionExpression && !list.ChildOperations.Any();

    /// <summary>Whether an element of a collection expression stands for all of another list.</summary>
    public static bool IsSpread(IOperation element) => element.Kind == Spread;

    /// <summary>Every value that a list holds from the start, however deep in tuples and inner lists, and what a Select makes for it.</summary>
    public static IEnumerable<IOperation> In(IOperation value)
    {
        value = value.WithoutConversion();
        IEnumerable<IOperation> parts = value switch
        {
            ITupleOperation tuple => tuple.Elements,
            IObjectCreationOperation { Initializer: { } initializer } => initializer.Initializers.SelectMany(Added),
            IInvocationOperation call when Visibility.IsOfFramework(call.TargetMethod) => call.Arguments.SelectMany(argument => Made(argument.Value)),
            _ => ElementsOf(value) ?? [],
        };
        bool isList = value is ITupleOperation or IInvocationOperation or IObjectCreationOperation { Initializer: not null } || ElementsOf(value) is not null;
        bool isCall = value is IInvocationOperation call2 && !Visibility.IsOfFramework(call2.TargetMethod);
        return isList && !isCall ? parts.SelectMany(In) : [value];
    }

    private static IEnumerable<IOperation> Added(IOperation initializer) => initializer switch
    {
        IInvocationOperation add => add.Arguments.Select(argument => argument.Value),
        ISimpleAssignmentOperation assignment => [assignment.Value],
        _ => [],
    };

    // Range(0, n).Select(i => Linear(…)).ToList()
    private static IEnumerable<IOperation> Made(IOperation argument) => argument.WithoutConversion() switch
    {
        IDelegateCreationOperation { Target: IAnonymousFunctionOperation { Body: var body } } =>
            body.Operations.OfType<IReturnOperation>().Select(returned => returned.ReturnedValue).OfType<IOperation>(),
        IInvocationOperation inner => [inner],
        _ => [],
    };
}

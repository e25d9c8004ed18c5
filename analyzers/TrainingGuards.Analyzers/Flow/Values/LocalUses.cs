using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Where the locals and parameters of a member are mentioned, its lambdas and local functions included.</summary>
internal sealed class LocalUses
{
    private readonly Dictionary<ISymbol, List<IOperation>> _references = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<ISymbol, List<IOperation?>> _writes = new(SymbolEqualityComparer.Default);

    public LocalUses(IOperation root)
    {
        foreach (IOperation operation in root.DescendantsAndSelf())
        {
            switch (operation)
            {
                case ILocalReferenceOperation reference:
                    Add(_references, reference.Local, reference);
                    if (reference.IsDeclaration || IsWritten(reference))
                    {
                        Add(_writes, reference.Local, Written(reference));
                    }
                    break;
                case IParameterReferenceOperation reference:
                    Add(_references, reference.Parameter, reference);
                    if (IsWritten(reference))
                    {
                        Add(_writes, reference.Parameter, Written(reference));
                    }
                    break;
                case IVariableDeclaratorOperation { Symbol: { } local } declarator:
                    if ((declarator.Initializer ?? (declarator.Parent as IVariableDeclarationOperation)?.Initializer)?.Value is { } value)
                    {
                        Add(_writes, local, value);
                    }
                    else if (declarator.Parent is IForEachLoopOperation)
                    {
                        Add(_writes, local, null);
                    }
                    break;
                case IDeclarationPatternOperation { DeclaredSymbol: { } local }:
                    Add(_writes, local, null);
                    break;
            }
        }
    }

    /// <summary>Every mention of a local or parameter.</summary>
    public IReadOnlyList<IOperation> Of(ISymbol symbol) => _references.TryGetValue(symbol, out List<IOperation>? found) ? found : [];

    /// <summary>The values given to a local; an element is null where the value cannot be seen (out, foreach, a pattern).</summary>
    public IReadOnlyList<IOperation?> WritesOf(ISymbol symbol) => _writes.TryGetValue(symbol, out List<IOperation?>? found) ? found : [];

    /// <summary>The one value that a local ever holds, null where there are several or none in sight.</summary>
    public IOperation? OnlyValueOf(ILocalSymbol local) => WritesOf(local) is { Count: 1 } only ? only[0] : null;

    /// <summary>Whether a mention gives a value instead of reading it.</summary>
    public static bool IsWritten(IOperation reference) => reference.Parent switch
    {
        IAssignmentOperation assignment => assignment.Target == reference,
        IIncrementOrDecrementOperation => true,
        IArgumentOperation { Parameter.RefKind: RefKind.Out or RefKind.Ref } => true,
        ITupleOperation tuple => IsWritten(tuple),
        IDeclarationExpressionOperation => true,
        IForEachLoopOperation loop => loop.LoopControlVariable == reference,
        _ => false,
    };

    private static IOperation? Written(IOperation reference) => reference.Parent switch
    {
        ISimpleAssignmentOperation assignment when assignment.Target == reference => assignment.Value,
        ITupleOperation { Parent: IDeconstructionAssignmentOperation { Value: var value } deconstruction } targets when deconstruction.Target == targets =>
            value.WithoutConversion() is ITupleOperation values ? values.Elements[targets.Elements.IndexOf(reference)] : null,
        _ => null,
    };

    private static void Add<T>(Dictionary<ISymbol, List<T>> lists, ISymbol symbol, T item)
    {
        if (!lists.TryGetValue(symbol, out List<T>? list))
        {
            lists.Add(symbol, list = []);
        }
        list.Add(item);
    }
}

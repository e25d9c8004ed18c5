using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>The operations of the member that is analysed, by kind: walked once, where the compiler would hand each of them to each rule.</summary>
internal sealed class BlockOperations
{
    private static readonly ConditionalWeakTable<IOperation, BlockOperations> Known = new();

    private static readonly List<IOperation> None = [];

    private readonly Dictionary<OperationKind, List<IOperation>> _byKind = [];

    private BlockOperations(ImmutableArray<IOperation> blocks)
    {
        foreach (IOperation block in blocks)
        {
            foreach (IOperation operation in block.DescendantsAndSelf())
            {
                if (IsLookedAt(operation.Kind))
                {
                    if (!_byKind.TryGetValue(operation.Kind, out List<IOperation>? alike))
                    {
                        _byKind.Add(operation.Kind, alike = []);
                    }
                    alike.Add(operation);
                }
            }
        }
    }

    /// <summary>The operations of a member's blocks; every rule is given the same blocks.</summary>
    public static BlockOperations Of(ImmutableArray<IOperation> blocks) =>
        Known.TryGetValue(blocks[0], out BlockOperations? known) ? known : Known.GetValue(blocks[0], _ => new BlockOperations(blocks));

    /// <summary>Every operation of a kind, in the order in which they are written.</summary>
    /// <exception cref="ArgumentException">No rule has looked at such operations yet.</exception>
    public List<IOperation> Of(OperationKind kind) => !IsLookedAt(kind)
        ? throw new ArgumentException($"Operations of the kind {kind} are not kept for the rules to look at. Add it to the kinds of {nameof(BlockOperations)}.", nameof(kind))
        : _byKind.TryGetValue(kind, out List<IOperation>? alike) ? alike : None;

    // Most operations are conversions, arguments and references, which no rule begins with.
    private static bool IsLookedAt(OperationKind kind) => kind is OperationKind.Invocation or OperationKind.ObjectCreation or OperationKind.PropertyReference
        or OperationKind.FieldReference or OperationKind.ParameterReference or OperationKind.Binary or OperationKind.SimpleAssignment or OperationKind.CompoundAssignment
        or OperationKind.DeconstructionAssignment or OperationKind.ExpressionStatement or OperationKind.VariableDeclarator or OperationKind.Loop or OperationKind.Try;
}

using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>The operations of a body, nested functions included, walked once for every rule that asks.</summary>
internal sealed class BodyOperations
{
    private static readonly ConditionalWeakTable<ControlFlowGraph, BodyOperations> Known = new();

    private readonly List<IInvocationOperation> _invocations = [];
    private readonly List<IOperation> _assigning = [];
    private readonly Dictionary<ISymbol, List<IOperation>> _uses = new(SymbolEqualityComparer.Default);

    private BodyOperations(IOperation body)
    {
        foreach (IOperation operation in body.DescendantsAndSelf())
        {
            switch (operation)
            {
                case IInvocationOperation invocation:
                    _invocations.Add(invocation);
                    break;
                case ILocalReferenceOperation local:
                    Use(local.Local, local);
                    break;
                case IParameterReferenceOperation parameter:
                    Use(parameter.Parameter, parameter);
                    break;
                case IVariableDeclaratorOperation or IAssignmentOperation or IIncrementOrDecrementOperation:
                    _assigning.Add(operation);
                    break;
            }
        }
    }

    /// <summary>Every call.</summary>
    public IReadOnlyList<IInvocationOperation> Invocations => _invocations;

    /// <summary>Every declaration, assignment and increment.</summary>
    public IReadOnlyList<IOperation> Assigning => _assigning;

    public static BodyOperations Of(ControlFlowGraph graph) => Known.GetValue(graph, static known => new BodyOperations(known.OriginalOperation));

    /// <summary>Every reference to a local or parameter.</summary>
    public IReadOnlyList<IOperation> Uses(ISymbol variable) => _uses.TryGetValue(variable, out List<IOperation>? uses) ? uses : [];

    private void Use(ISymbol symbol, IOperation reference)
    {
        if (!_uses.TryGetValue(symbol, out List<IOperation>? uses))
        {
            _uses.Add(symbol, uses = []);
        }
        uses.Add(reference);
    }
}

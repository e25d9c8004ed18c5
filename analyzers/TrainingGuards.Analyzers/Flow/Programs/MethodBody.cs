using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>The operations of one method, accessor, local function, lambda or initialiser.</summary>
internal sealed class MethodBody(ISymbol owner, IOperation root, SemanticModel model, MethodBody? outer)
{
    private readonly Lazy<ControlFlowGraph?> _graph = new(() => Build(owner, root, outer));
    private readonly Lazy<LocalUses> _locals = new(() => outer is null ? new LocalUses(root) : outer.Locals);

    /// <summary>The method, or the field or property that is initialised.</summary>
    public ISymbol Owner { get; } = owner;

    /// <summary>The operation tree as written.</summary>
    public IOperation Root { get; } = root;

    public SemanticModel Model { get; } = model;

    /// <summary>The body that a lambda or local function stands in, null for a member's.</summary>
    public MethodBody? Outer { get; } = outer;

    /// <summary>The member's own body, however deep this one is nested in it.</summary>
    public MethodBody Outermost => Outer?.Outermost ?? this;

    /// <summary>Control flow, null where there is none to speak of: an unfinished or unsupported body.</summary>
    public ControlFlowGraph? Graph => _graph.Value;

    /// <summary>Where the values of the whole member come from, null where there is no control flow to follow.</summary>
    public Provenance? Provenance => Outermost.Graph is { } graph ? Flow.Provenance.Of(graph) : null;

    /// <summary>The locals of the whole member.</summary>
    public LocalUses Locals => _locals.Value;

    private static ControlFlowGraph? Build(ISymbol owner, IOperation root, MethodBody? outer)
    {
        if (outer is not null)
        {
            return outer.Graph is { } around && owner is IMethodSymbol nested ? Nested(around, nested) : null;
        }
        return root switch
        {
            { Parent: not null } => null,
            IMethodBodyOperation { BlockBody: null, ExpressionBody: null } => null,
            IMethodBodyOperation body => ControlFlowGraph.Create(body),
            IConstructorBodyOperation body => ControlFlowGraph.Create(body),
            IBlockOperation body => ControlFlowGraph.Create(body),
            IFieldInitializerOperation body => ControlFlowGraph.Create(body),
            IPropertyInitializerOperation body => ControlFlowGraph.Create(body),
            _ => null,
        };
    }

    private static ControlFlowGraph? Nested(ControlFlowGraph around, IMethodSymbol nested)
    {
        if (nested.MethodKind == MethodKind.LocalFunction)
        {
            return around.LocalFunctions.FirstOrDefault(function => TorchSymbols.Same(function, nested)) is { } found
                ? around.GetLocalFunctionControlFlowGraph(found)
                : null;
        }
        foreach (BasicBlock block in around.Blocks)
        {
            IEnumerable<IOperation> operations = block.BranchValue is { } value ? block.Operations.Append(value) : block.Operations;
            foreach (IFlowAnonymousFunctionOperation lambda in operations
                .SelectMany(operation => operation.DescendantsAndSelf()).OfType<IFlowAnonymousFunctionOperation>())
            {
                if (TorchSymbols.Same(lambda.Symbol, nested))
                {
                    return around.GetAnonymousFunctionControlFlowGraph(lambda);
                }
            }
        }
        return null;
    }
}

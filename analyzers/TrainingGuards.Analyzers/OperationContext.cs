using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace TrainingGuards.Analyzers;

/// <summary>An operation that a rule looks at, in the member that is analysed.</summary>
internal readonly struct OperationContext(OperationBlockAnalysisContext member, IOperation operation)
{
    public IOperation Operation { get; } = operation;

    /// <summary>The member that the operation stands in, also where it stands in a lambda or local function of it.</summary>
    public ISymbol ContainingSymbol => member.OwningSymbol;

    public Compilation Compilation => member.Compilation;

    public AnalyzerOptions Options => member.Options;

    public CancellationToken CancellationToken => member.CancellationToken;

    public void ReportDiagnostic(Diagnostic diagnostic) => member.ReportDiagnostic(diagnostic);

    /// <summary>The control flow of the block around the operation.</summary>
    public ControlFlowGraph GetControlFlowGraph()
    {
        IOperation block = Operation;
        while (block.Parent is { } outer && !member.OperationBlocks.Contains(block))
        {
            block = outer;
        }
        return member.GetControlFlowGraph(block);
    }
}

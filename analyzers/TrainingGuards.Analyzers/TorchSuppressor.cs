using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers;

/// <summary>Takes back what other analyzers say of torch code that is certainly right. NoWarn with its id gives it back.</summary>
public abstract class TorchSuppressor : DiagnosticSuppressor
{
    private readonly ImmutableDictionary<string, SuppressionDescriptor> _descriptors;

    private protected TorchSuppressor(string id, string justification, params string[] suppressed)
    {
        _descriptors = suppressed.ToImmutableDictionary(other => other, other => new SuppressionDescriptor(id, other, justification), StringComparer.Ordinal);
        SupportedSuppressions = _descriptors.Values.OrderBy(descriptor => descriptor.SuppressedDiagnosticId, StringComparer.Ordinal).ToImmutableArray();
    }

    /// <inheritdoc/>
    public sealed override ImmutableArray<SuppressionDescriptor> SupportedSuppressions { get; }

    /// <inheritdoc/>
    public sealed override void ReportSuppressions(SuppressionAnalysisContext context)
    {
        if (TorchSymbols.Of(context.Compilation) is not { } torch)
        {
            return;
        }
        var program = TorchProgram.Of(context.Compilation, torch);
        foreach (Diagnostic diagnostic in context.ReportedDiagnostics)
        {
            if (diagnostic.Location.SourceTree?.GetRoot(context.CancellationToken) is { } root && root.FullSpan.Contains(diagnostic.Location.SourceSpan)
                && IsUnfounded(root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true), program))
            {
                context.ReportSuppression(Suppression.Create(_descriptors[diagnostic.Id], diagnostic));
            }
        }
    }

    /// <summary>Whether what was reported at a node is certainly no defect.</summary>
    private protected abstract bool IsUnfounded(SyntaxNode node, TorchProgram program);

    /// <summary>What a node computes: of a declaration its value.</summary>
    private protected static IOperation? ValueAt(SyntaxNode node, TorchProgram program)
    {
        SemanticModel model = program.Bodies.ModelOf(node.SyntaxTree);
        SyntaxNode value = node switch
        {
            LocalDeclarationStatementSyntax { Declaration.Variables: { Count: 1 } only } => only[0].Initializer?.Value ?? node,
            VariableDeclarationSyntax { Variables: { Count: 1 } only } => only[0].Initializer?.Value ?? node,
            VariableDeclaratorSyntax { Initializer: { } initializer } => initializer.Value,
            ArgumentSyntax argument => argument.Expression,
            _ => node,
        };
        return model.GetOperation(value);
    }
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Suppressors;

/// <summary>TGS002: a tensor made inside a dispose scope is disposed of by that.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DisposedByScope() : TorchSuppressor(
    SuppressorIds.DisposedByScope,
    "A tensor made inside a using of NewDisposeScope is disposed of when that ends, unless it is moved out.",
    "CA2000", "IDISP001", "IDISP003", "IDISP004")
{
    private protected override bool IsUnfounded(SyntaxNode node, TorchProgram program)
    {
        IOperation? value = ValueAt(node, program) ?? (node.FirstAncestorOrSelf<ExpressionSyntax>() is { } expression ? ValueAt(expression, program) : null);
        return value?.Type is { } type && TorchSymbols.DerivesFrom(type, program.Torch.Tensor) && ThreadBoundScope.Disposes(value, program.Torch);
    }
}

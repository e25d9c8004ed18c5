using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace TrainingGuards.Analyzers;

/// <summary>A rule: one descriptor, and what it registers in a compilation that uses TorchSharp. In any other it costs nothing.</summary>
public abstract class TorchAnalyzer : DiagnosticAnalyzer
{
    private protected TorchAnalyzer(DiagnosticDescriptor rule) => SupportedDiagnostics = ImmutableArray.Create(rule);

    /// <inheritdoc/>
    public sealed override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; }

    /// <inheritdoc/>
    public sealed override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(start =>
        {
            if (TorchSymbols.Of(start.Compilation) is { } torch)
            {
                Register(start, torch);
            }
        });
    }

    /// <summary>Looks at each module class of the compilation.</summary>
    private protected static void RegisterModuleAction(CompilationStartAnalysisContext context, TorchSymbols torch, Action<SymbolAnalysisContext, INamedTypeSymbol> analyze) =>
        context.RegisterSymbolAction(
            symbol =>
            {
                if (symbol.Symbol is INamedTypeSymbol { TypeKind: TypeKind.Class } type && torch.IsModule(type))
                {
                    analyze(symbol, type);
                }
            },
            SymbolKind.NamedType);

    /// <summary>Registers what the rule looks at.</summary>
    private protected abstract void Register(CompilationStartAnalysisContext context, TorchSymbols torch);
}

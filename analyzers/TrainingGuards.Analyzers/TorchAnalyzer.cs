using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

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

    /// <summary>Looks at each operation of the given kinds; what is asked of every one of the compilation is to be cheap.</summary>
    /// <remarks>The compiler is asked for members, not for operations: handing each operation to each of some fifty rules costs it one to three parts of a hundred of a compilation.</remarks>
    private protected static void RegisterOperationAction(CompilationStartAnalysisContext context, Action<OperationContext> analyze, params OperationKind[] kinds) =>
        context.RegisterOperationBlockAction(member =>
        {
            var operations = BlockOperations.Of(member.OperationBlocks);
            foreach (OperationKind kind in kinds)
            {
                foreach (IOperation operation in operations.Of(kind))
                {
                    analyze(new OperationContext(member, operation));
                }
            }
        });

    /// <summary>Looks at each call that may concern the rule; what is asked of every call of the compilation is to be cheap.</summary>
    private protected static void RegisterCallAction(
        CompilationStartAnalysisContext context, TorchSymbols torch, Func<IInvocationOperation, bool> mayConcern, Action<OperationContext, IInvocationOperation, TorchProgram> analyze) =>
        RegisterOperationAction(
            context,
            operation =>
            {
                var call = (IInvocationOperation)operation.Operation;
                if (mayConcern(call))
                {
                    analyze(operation, call, TorchProgram.Of(operation.Compilation, torch));
                }
            },
            OperationKind.Invocation);

    /// <summary>Looks at each place where a DataLoader is made.</summary>
    private protected static void RegisterLoaderAction(CompilationStartAnalysisContext context, TorchSymbols torch, Action<OperationContext, TorchProgram> analyze) =>
        RegisterOperationAction(
            context,
            operation =>
            {
                if (LoaderCreation.Is(operation.Operation, torch))
                {
                    analyze(operation, TorchProgram.Of(operation.Compilation, torch));
                }
            },
            OperationKind.Invocation,
            OperationKind.ObjectCreation);

    /// <summary>Looks at the evaluations in each method.</summary>
    private protected static void RegisterEvaluationAction(
        CompilationStartAnalysisContext context, TorchSymbols torch, Action<OperationBlockAnalysisContext, IEnumerable<Evaluation>, TorchProgram> analyze) =>
        context.RegisterOperationBlockAction(block =>
        {
            if (Evaluations.MayBeIn(block.OperationBlocks) && block.OwningSymbol is IMethodSymbol method
                && TorchProgram.Of(block.Compilation, torch) is var program && program.Bodies.Of(method) is { } member)
            {
                analyze(block, program.Evaluations.In(member), program);
            }
        });

    /// <summary>Registers what the rule looks at.</summary>
    private protected abstract void Register(CompilationStartAnalysisContext context, TorchSymbols torch);
}

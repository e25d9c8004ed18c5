using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers;

/// <summary>A rule about a layer or function and those applied directly before it, in a Sequential or in a forward.</summary>
public abstract class ConsecutiveStages : TorchAnalyzer
{
    private readonly int _length;
    private readonly bool _seesThrough;

    /// <param name="rule">What it reports.</param>
    /// <param name="length">How many stages it looks at, the last included.</param>
    /// <param name="seesThrough">Whether Dropout and Identity are left out.</param>
    private protected ConsecutiveStages(DiagnosticDescriptor rule, int length, bool seesThrough)
        : base(rule) => (_length, _seesThrough) = (length, seesThrough);

    private protected sealed override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterOperationAction(
            context,
            operation =>
            {
                if (Stages.IsCandidate(operation.Operation, torch))
                {
                    AnalyzeAll(operation, torch);
                }
            },
            OperationKind.Invocation,
            OperationKind.ObjectCreation);

    /// <summary>Looks at the stage of a chain at <paramref name="index"/>, which is at least 1, and at what comes before it.</summary>
    private protected abstract void Analyze(OperationContext context, ImmutableArray<Stage> chain, int index, TorchSymbols torch);

    private void AnalyzeAll(OperationContext context, TorchSymbols torch)
    {
        // In a forward the chain ends at the call that is looked at, and the stages before it are other calls'.
        bool isSequential = Layers.IsSequential(context.Operation.Type!, torch);
        foreach (ImmutableArray<Stage> chain in TorchProgram.Of(context.Compilation, torch).Stages.EndingAt(context.Operation, _length, _seesThrough))
        {
            for (int i = isSequential ? 1 : Math.Max(1, chain.Length - 1); i < chain.Length; i++)
            {
                Analyze(context, chain, i, torch);
            }
        }
    }
}

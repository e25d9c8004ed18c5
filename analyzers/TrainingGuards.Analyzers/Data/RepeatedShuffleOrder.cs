using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Data;

/// <summary>TG5002: a loader with a seed shuffles every epoch into the same order.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class RepeatedShuffleOrder() : TorchAnalyzer(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.RepeatedShuffleOrder,
        nameof(RepeatedShuffleOrder),
        "Every epoch goes through the examples in the same shuffled order",
        "'{0}' starts from its seed at every enumeration, so each epoch goes through the examples in the same order. "
            + "Leave 'seed' out, or give a shuffler that goes on from epoch to epoch.",
        "A DataLoader seeds its shuffler anew for each enumeration: the same batches come in the same order, as if there were no shuffling.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterLoaderAction(context, torch, Analyze);

    private static void Analyze(OperationContext context, TorchProgram program)
    {
        if (LoaderCreation.Of(context.Operation, program) is not { } loader || loader.Argument("shuffle")?.ConstantValue is not { HasValue: true, Value: true }
            || loader.Argument("seed") is not { Type.SpecialType: SpecialType.System_Int32 } seed || loader.ArgumentOf("seed")?.Syntax is not { } given)
        {
            return;
        }
        LoaderUse? epoch = program.Loaders.Of(loader).Of(BatchUse.Training).FirstOrDefault(use => use.Repetitions(program).Any(loop => IsRepeated(use, loop, seed, program)));
        if (epoch is not null)
        {
            context.ReportDiagnostic(Diagnostic.Create(Descriptor, given.GetLocation(), [epoch.Loop.Enumeration.Syntax.GetLocation()], loader.Name));
        }
    }

    /// <summary>Whether a loop over epochs enumerates the loader, or one that is made with the same seed, in every round.</summary>
    private static bool IsRepeated(LoaderUse use, Repetition epochs, IOperation seed, TorchProgram program) =>
        !FreshStarts.MayBeIn(epochs.Loop, epochs.Graph, program) && (!use.IsMadeIn(epochs, program) || Invariance.IsConstant(seed, program));
}

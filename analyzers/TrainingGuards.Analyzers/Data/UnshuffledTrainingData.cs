using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Data;

/// <summary>TG5001: a loader that trains is not told whether to shuffle, and does not.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnshuffledTrainingData() : TorchAnalyzer(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Info(
        RuleIds.UnshuffledTrainingData,
        nameof(UnshuffledTrainingData),
        "A model is trained on the examples in the order of the data set",
        "'{0}' trains on the examples in the order of the data set, since a DataLoader shuffles only if it is told to. "
            + "Say 'shuffle: true', or 'shuffle: false' where that order is meant.",
        "Data sets are often sorted by class or by time: each step then sees one kind of example, and every epoch ends with the same.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterLoaderAction(context, torch, Analyze);

    private static void Analyze(OperationContext context, TorchProgram program)
    {
        if (LoaderCreation.Of(context.Operation, program) is { } loader && loader.ArgumentOf("shuffle") is { ArgumentKind: ArgumentKind.DefaultValue }
            && program.Loaders.Of(loader).Of(BatchUse.Training).FirstOrDefault() is { } training && !ExampleOrder.MayBeChosen(loader, program))
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Descriptor, context.Operation.Syntax.GetLocation(), [training.Loop.Enumeration.Syntax.GetLocation()], loader.Name));
        }
    }
}

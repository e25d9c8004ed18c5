using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Schedule;

/// <summary>TG8006: a constant that an optimizer or a layer is made with, or gradients are clipped to, is far from what trains.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnlikelyHyperparameter() : TorchAnalyzer(Descriptor)
{
    /// <summary>The property that names the argument that is to be given.</summary>
    internal const string Missing = nameof(Missing);

    private static readonly DiagnosticDescriptor Descriptor = Rule.Info(
        RuleIds.UnlikelyHyperparameter,
        nameof(UnlikelyHyperparameter),
        "A hyperparameter is far from what trains",
        "{0}. {1}.",
        "Nothing throws where a rate, a momentum, a share of Dropout or a limit is out of place: the loss is only worse than it could be.");

    // Whoever tests TorchSharp, or code on it, makes what is not to train.
    private static readonly string[] TestAttributes =
        ["Xunit.FactAttribute", "NUnit.Framework.TestAttribute", "Microsoft.VisualStudio.TestTools.UnitTesting.TestMethodAttribute"];

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch)
    {
        if (TestAttributes.Any(attribute => context.Compilation.GetTypeByMetadataName(attribute) is not null))
        {
            return;
        }
        RegisterOperationAction(
            context,
            operation =>
            {
                if (OptimizerOf(operation.Operation, torch) is { } kind)
                {
                    Report(operation, new OptimizerNumbers(operation.Operation, kind, TorchProgram.Of(operation.Compilation, torch), operation.Options).Unlikely);
                }
                else if (operation.Operation is IInvocationOperation call && LayerNumbers.MayHave(call, torch))
                {
                    Report(operation, LayerNumbers.Unlikely(call, TorchProgram.Of(operation.Compilation, torch), operation.Options));
                }
            },
            OperationKind.Invocation,
            OperationKind.ObjectCreation);
    }

    /// <summary>The name of the optimizer of TorchSharp's that an operation makes, or makes a group of parameters for; null for any other.</summary>
    private static string? OptimizerOf(IOperation operation, TorchSymbols torch) => operation switch
    {
        { Type: { } made } when OptimizerParameters.IsCreation(operation, torch) => torch.Owns(made) ? made.Name : null,
        IObjectCreationOperation { Type: { Name: "ParamGroup", ContainingType: { } optimizer } group } when torch.Owns(group) && torch.IsOptimizer(optimizer) => optimizer.Name,
        _ => null,
    };

    private static void Report(OperationContext context, IEnumerable<UnlikelyNumber> numbers)
    {
        foreach (UnlikelyNumber number in numbers)
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Descriptor, number.Place.GetLocation(), number.Missing is { } missing ? ImmutableDictionary<string, string?>.Empty.Add(Missing, missing) : null, number.Defect, number.Cure));
        }
    }
}

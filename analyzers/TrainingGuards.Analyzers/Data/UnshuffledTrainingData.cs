using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Data;

/// <summary>TG5001: a loader that trains is not told whether to shuffle, and does not.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnshuffledTrainingData() : TorchAnalyzer(Descriptor)
{
    /// <summary>The property with the name of the argument that is to be given.</summary>
    internal const string Argument = nameof(Argument);

    private static readonly DiagnosticDescriptor Descriptor = Rule.Info(
        RuleIds.UnshuffledTrainingData,
        nameof(UnshuffledTrainingData),
        "A model is trained on the examples in the order of the data set",
        "'{0}' trains on the examples in the order of the data set, since {1} only if {2} told to. Say '{3}: true', or '{3}: false' where that order is meant.",
        "Data sets are often sorted by class or by time: each step then sees one kind of example, and every epoch ends with the same.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch)
    {
        RegisterLoaderAction(context, torch, Analyze);
        RegisterCallAction(context, torch, call => call.TargetMethod.Name == "From" && GuardTypes.IsExamples(call.TargetMethod.ContainingType), AnalyzeExamples);
    }

    private static void Analyze(OperationContext context, TorchProgram program)
    {
        if (LoaderCreation.Of(context.Operation, program) is { } loader && loader.ArgumentOf("shuffle") is { ArgumentKind: ArgumentKind.DefaultValue }
            && program.Loaders.Of(loader).Of(BatchUse.Training).FirstOrDefault() is { } training && !ExampleOrder.MayBeChosen(loader, program))
        {
            Report(context, training.Loop.Enumeration.Syntax, "shuffle", loader.Name, "a DataLoader shuffles", "it is");
        }
    }

    private static void AnalyzeExamples(OperationContext context, IInvocationOperation reported, TorchProgram program)
    {
        IOperation? Given(string parameter) => reported.Arguments.FirstOrDefault(argument => argument.Parameter?.Name == parameter)?.Value;
        if (reported.Arguments.Any(argument => argument is { Parameter.Name: "shuffled", ArgumentKind: ArgumentKind.DefaultValue }) && program.Bodies.Around(reported.Syntax) is { } body
            && body.Model.GetOperation(reported.Syntax) is IInvocationOperation from && LoopOver(from, program) is { } loop
            && Given("inputs") is { } inputs && !ExampleOrder.MayBeChosen(inputs, Given("batchSize"), body, program))
        {
            Report(context, loop.Expression, "shuffled", OptimizerParameters.HolderOf(from)?.Name ?? "Examples.From", "Examples are shuffled", "they are");
        }
    }

    /// <summary>A training loop over an epoch of examples, null where none is in sight.</summary>
    private static CommonForEachStatementSyntax? LoopOver(IInvocationOperation from, TorchProgram program) => program.References.Named<IInvocationOperation>("Epoch")
        .Select(call => call.Syntax.Parent).OfType<CommonForEachStatementSyntax>().FirstOrDefault(loop => program.Bodies.Around(loop) is { } body
            && EnumeratedBodies.Of(loop, body, program).Examples.Any(made => made.Syntax == from.Syntax)
            && program.Events.Of(body) is { } graph && EnumeratedBodies.IsTraining(loop, graph, program));

    private static void Report(OperationContext context, SyntaxNode loop, string argument, params object[] message) => context.ReportDiagnostic(Diagnostic.Create(
        Descriptor, context.Operation.Syntax.GetLocation(), [loop.GetLocation()], ImmutableDictionary<string, string?>.Empty.Add(Argument, argument), [.. message, argument]));
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Data;

/// <summary>TG5004: a model is evaluated on the examples that it is trained on.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class EvaluationOnTrainingData() : TorchAnalyzer(Descriptor)
{
    /// <summary>The property that is there if the second location is the <c>true</c> that asks for the training part.</summary>
    internal const string Part = nameof(Part);

    private static readonly DiagnosticDescriptor Descriptor = Rule.Info(
        RuleIds.EvaluationOnTrainingData,
        nameof(EvaluationOnTrainingData),
        "A model is evaluated on the examples that it is trained on",
        "'{0}' {1}, so the score tells what the model remembers. Evaluate on examples that were held out.",
        "A score on the training examples rises as long as the model learns them by heart: it says nothing of any other example.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterLoaderAction(context, torch, Analyze);

    private static void Analyze(OperationContext context, TorchProgram program)
    {
        // A shuffler may be the examples of one part of the data set.
        if (LoaderCreation.Of(context.Operation, program) is not { HasShuffler: false } loader
            || program.Loaders.Of(loader).Of(BatchUse.Evaluation).FirstOrDefault() is not { } evaluation)
        {
            return;
        }
        void Report(string fact, IOperation elsewhere, ImmutableDictionary<string, string?>? properties = null) => context.ReportDiagnostic(Diagnostic.Create(
            Descriptor, context.Operation.Syntax.GetLocation(), [evaluation.Mention.Syntax.GetLocation(), elsewhere.Syntax.GetLocation()], properties, loader.Name, fact));

        List<LoaderCreation> others = [.. LoaderCreation.AllIn(program).Where(other => other.Operation.Syntax != loader.Operation.Syntax)];
        bool IsAlone(LoaderCreation? trained) => !others.Exists(other => other != trained && MayBeEvaluated(other, program)) && !IsOtherEvaluated(program) && !IsUnknownHandedOver();

        if (program.Loaders.Of(loader).Of(BatchUse.Training).FirstOrDefault() is { } own)
        {
            if (IsAlone(trained: null))
            {
                Report("trains and is evaluated, and nothing else is", own.Mention);
            }
            return;
        }
        LoaderCreation? trained = others.Find(other => !other.HasShuffler && IsSameDataset(loader, other, program) && Trains(other, program));
        if (trained is not null)
        {
            if (IsAlone(trained))
            {
                Report($"is evaluated on the data set that '{trained.Name}' trains on, and nothing else is", trained.Operation);
            }
            return;
        }
        if (TrainingPartOf(loader, program) is { } part && others.Find(other => TrainingPartOf(other, program) is { } its
            && TorchSymbols.Same(its.Call.TargetMethod, part.Call.TargetMethod) && Trains(other, program)) is { } same && IsAlone(same))
        {
            Report($"is evaluated on the training part of '{part.Call.TargetMethod.Name}', as '{same.Name}' is trained on it", part.Flag, ImmutableDictionary<string, string?>.Empty.Add(Part, "true"));
        }

        // A method that evaluates may be given loaders that nobody follows.
        bool IsUnknownHandedOver() => evaluation.Call is not null && CallSites.Of(evaluation.Loop.Graph.Body, program).Count()
            > others.Append(loader).SelectMany(one => program.Loaders.Of(one).Uses).Where(use => use.Loop.Syntax == evaluation.Loop.Syntax).Select(use => use.Call).Distinct().Count();

        // What is measured without a loader may be the examples that were held out.
        bool IsOtherEvaluated(TorchProgram whole)
        {
            var measured = new HashSet<SyntaxNode>(new[] { loader }.Concat(others).SelectMany(one => whole.Loaders.Of(one).Uses)
                .SelectMany(use => whole.Called.In(use.Loop.Syntax, use.Loop.Graph)).Select(one => one.Step.Syntax));
            return new[] { "call", "forward" }.SelectMany(name => whole.References.Named<IInvocationOperation>(name))
                .Any(call => EventVocabulary.IsForward(call, whole.Torch) && !measured.Contains(call.Syntax) && whole.Bodies.Around(call.Syntax) is { } body
                    && body.Owner is not IMethodSymbol { Name: "forward", IsOverride: true } && OutputUses.Of(call, body, whole) is { Backward: null } use
                    && (use.Escapes || use is { ReadOut: not null, IsCompared: true }));
        }
    }

    private static bool Trains(LoaderCreation loader, TorchProgram program) => program.Loaders.Of(loader).Of(BatchUse.Training).Any();

    private static bool MayBeEvaluated(LoaderCreation loader, TorchProgram program) => program.Loaders.Of(loader) is var flow
        && (flow.IsOpen || flow.Uses.Any(use => use.Use != BatchUse.Training && use.Loop.MayCallModel(program)));

    private static bool IsSameDataset(LoaderCreation one, LoaderCreation other, TorchProgram program) =>
        one.Dataset?.Symbol() is { } dataset && TorchSymbols.Same(dataset, other.Dataset?.Symbol()) && one.MakerOfDataset(program) is { } maker
        && maker.Made.Syntax == other.MakerOfDataset(program)?.Made.Syntax && !MentionsOf(dataset, one.Body, program).Any(MaySwitch);

    private static IEnumerable<IOperation> MentionsOf(ISymbol dataset, MethodBody body, TorchProgram program) =>
        dataset is ILocalSymbol or IParameterSymbol ? body.Locals.Of(dataset) : program.References.Of(dataset);

    // data.IsTraining = false; data.UseValidation();
    private static bool MaySwitch(IOperation mention) => mention.Parent switch
    {
        IInvocationOperation call => call.Instance == mention && call.TargetMethod.Name != "Dispose",
        IPropertyReferenceOperation { Parent: IAssignmentOperation assignment } member => assignment.Target == member,
        IFieldReferenceOperation { Parent: IAssignmentOperation assignment } member => assignment.Target == member,
        _ => false,
    };

    /// <summary>A data set of torchvision's that is made with <c>train: true</c>.</summary>
    private static (IInvocationOperation Call, IOperation Flag)? TrainingPartOf(LoaderCreation loader, TorchProgram program) =>
        !loader.HasShuffler && loader.MakerOfDataset(program) is { Made: IInvocationOperation call } && program.Vision.IsDataset(call)
        && call.Arguments.FirstOrDefault(argument => argument.Parameter?.Name == "train")?.Value is { ConstantValue: { HasValue: true, Value: true } } flag
            ? (call, flag)
            : null;
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Data;

/// <summary>TG5008: a model is evaluated on examples that are changed at random.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AugmentedEvaluation() : TorchAnalyzer(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Info(
        RuleIds.AugmentedEvaluation,
        nameof(AugmentedEvaluation),
        "A model is evaluated on examples that are changed at random",
        "'{0}' is evaluated on examples that '{1}' changes at random, so the score differs each time and is not that of the examples themselves. Leave '{1}' to training.",
        "Augmentation makes training examples differ: in an evaluation it makes the score a random number, of examples that nobody asked about.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterLoaderAction(context, torch, Analyze);

    private static void Analyze(OperationContext context, TorchProgram program)
    {
        if (LoaderCreation.Of(context.Operation, program) is { } loader && loader.MakerOfDataset(program) is { } dataset
            && RandomTransformOf(dataset.Made, dataset.Body, program) is { } transform
            && program.Loaders.Of(loader) is var flow && !flow.Of(BatchUse.Training).Any() && flow.Of(BatchUse.Evaluation).FirstOrDefault() is { } evaluation
            && !IsByName(loader.Name) && !IsByName(evaluation.Loop.Graph.Body.Outermost.Owner.Name) && !IsByName(dataset.Made.Type?.Name))
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Descriptor, context.Operation.Syntax.GetLocation(), [transform.Syntax.GetLocation(), evaluation.Mention.Syntax.GetLocation()],
                loader.Name, transform.TargetMethod.Name));
        }
    }

    // Test-time augmentation: the mean of several looks at one example.
    private static bool IsByName(string? name) => name is not null && new[] { "tta", "testtime", "test_time", "augment", "robust" }
        .Any(part => name.IndexOf(part, StringComparison.OrdinalIgnoreCase) >= 0);

    /// <summary>A random transform that every example of a data set is certainly passed through.</summary>
    private static IInvocationOperation? RandomTransformOf(IOperation dataset, MethodBody body, TorchProgram program)
    {
        foreach (IArgumentOperation argument in CallBinding.ArgumentsOf(dataset))
        {
            if (argument.ArgumentKind != ArgumentKind.DefaultValue && argument.Parameter is { } parameter && program.Vision.IsTransform(parameter.Type)
                && RandomIn(argument.Value, body, program) is { } transform && (dataset is IInvocationOperation call ? program.Vision.IsDataset(call) : IsAlwaysApplied(dataset, parameter, program)))
            {
                return transform;
            }
        }
        return null;
    }

    private static IInvocationOperation? RandomIn(IOperation transform, MethodBody body, TorchProgram program) =>
        LoaderCreation.MakerOf(transform, body, program) is not { Made: IInvocationOperation call, Body: var maker } ? null
        : program.Vision.IsRandomTransform(call) ? call
        : program.Vision.IsComposition(call) ? call.Arguments.SelectMany(argument => ListedValues.ElementsOf(argument.Value.WithoutConversion()) ?? [argument.Value])
            .Select(part => RandomIn(part, maker, program)).FirstOrDefault(found => found is not null)
        : null;

    /// <summary>Whether GetTensor of a data set calls the transform that its constructor was given, whatever the data set is for.</summary>
    private static bool IsAlwaysApplied(IOperation dataset, IParameterSymbol parameter, TorchProgram program)
    {
        if (dataset is not IObjectCreationOperation { Constructor: { } constructor, Type: INamedTypeSymbol type }
            || type.GetMembers("GetTensor").OfType<IMethodSymbol>().FirstOrDefault(method => method.IsOverride) is not { } getTensor || program.Bodies.Of(getTensor) is not { } body)
        {
            return false;
        }
        var holders = ConstructorBinding.HoldersOf(parameter.OriginalDefinition, constructor.OriginalDefinition, program).ToList();
        return body.Root.Descendants().OfType<IInvocationOperation>().Any(call => program.Vision.InputOf(call) is not null
            && HolderOf(call.Instance) is { } holder && holders.Exists(held => TorchSymbols.Same(held.OriginalDefinition, holder.OriginalDefinition))
            && !PhaseConditions.MayDecide(call.Syntax, body.Root.Syntax, body, holder));
    }

    private static ISymbol? HolderOf(IOperation? instance)
    {
        IOperation? value = instance;
        for (IOperation? outer = instance; value is IConditionalAccessInstanceOperation && outer is not null; outer = outer.Parent)
        {
            value = outer is IConditionalAccessOperation access ? access.Operation : value;
        }
        return value?.WithoutConversion() switch
        {
            IMemberReferenceOperation member => member.Member,
            IParameterReferenceOperation parameter => parameter.Parameter,
            _ => null,
        };
    }
}

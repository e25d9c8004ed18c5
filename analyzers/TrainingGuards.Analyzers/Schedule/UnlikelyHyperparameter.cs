using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;
using TrainingGuards.Analyzers.Options;

namespace TrainingGuards.Analyzers.Schedule;

/// <summary>TG8006: a constant that an optimizer or a Dropout is made with is far from what trains.</summary>
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
        "Nothing throws where a rate, a momentum or a share of Dropout is out of place: the loss is only worse than it could be.");

    // Whoever tests TorchSharp, or code on it, makes what is not to train.
    private static readonly string[] TestAttributes =
        ["Xunit.FactAttribute", "NUnit.Framework.TestAttribute", "Microsoft.VisualStudio.TestTools.UnitTesting.TestMethodAttribute"];

    // With these the optimizer's own rate is a factor, or is not used at all.
    private static readonly string[] RateMakers = ["LambdaLR", "MultiplicativeLR", "OneCycleLR", "CyclicLR", "LinearLR", "ConstantLR"];

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
                if (OptimizerParameters.IsCreation(operation.Operation, torch) && torch.Owns(operation.Operation.Type!))
                {
                    AnalyzeOptimizer(operation, TorchProgram.Of(operation.Compilation, torch));
                }
                else if (operation.Operation is IInvocationOperation call && IsDropout(call, torch) && Given(call, "p") is { } share
                    && share.Value.Number() is { } p && (p < 0 || p >= RuleOptions.HighDropout.In(operation.Operation.Syntax.SyntaxTree, operation.Options)))
                {
                    Report(
                        operation,
                        share.Syntax,
                        $"'{call.TargetMethod.Name}' with {Text(share)} " + (p < 0 ? "is no share of the values" : p >= 1 ? "drops every value in training" : "drops nearly every value in training"),
                        "Use the share to be dropped, 0.1 to 0.5, and not the share to be kept");
                }
            },
            OperationKind.Invocation,
            OperationKind.ObjectCreation);
    }

    private static void AnalyzeOptimizer(OperationContext context, TorchProgram program)
    {
        IOperation creation = context.Operation;
        string kind = creation.Type!.Name;
        if (kind is "Adam" or "AdamW" or "NAdam" or "RAdam" or "Adamax" && Given(creation, "lr") is { } rate && Constant(rate, program) >= RuleOptions.HighLearningRate.In(creation.Syntax.SyntaxTree, context.Options)
            && IsForNetwork(creation, program) && !IsRateMadeElsewhere(program))
        {
            Report(context, rate.Syntax, $"'{kind}' takes steps of about its learning rate whatever the gradients are, and {Text(rate)} is too far a step for most weights", "Start from 3e-4 to 1e-3");
        }
        if (kind is "SGD" or "RMSProp" && Given(creation, "momentum") is { } momentum && Constant(momentum, program) >= 1)
        {
            Report(context, momentum.Syntax, $"'{kind}' forgets no gradient with {Text(momentum)}, so its steps grow without bound", "Use a momentum below 1, such as 0.9");
        }
        if (kind == "AdamW" && CallBinding.ArgumentsOf(creation).Any(argument => argument is { Parameter.Name: "weight_decay", ArgumentKind: ArgumentKind.DefaultValue })
            && !HasGroups(creation) && !IsAssigned("weight_decay", program))
        {
            Report(
                context,
                creation.Syntax,
                "'AdamW' decays no weights here, since weight_decay is 0 in TorchSharp where it is 0.01 in PyTorch",
                "Say 'weight_decay: 0.01', or 'weight_decay: 0' if none is meant",
                missing: "weight_decay");
        }
    }

    private static bool IsDropout(IInvocationOperation call, TorchSymbols torch) => call.TargetMethod is { IsStatic: true, Name: var name }
        && (TorchSymbols.Same(call.TargetMethod.ContainingType, torch.Functional) || TorchSymbols.Same(call.TargetMethod.ContainingType, torch.Module?.ContainingType))
        && name.IndexOf("dropout", StringComparison.OrdinalIgnoreCase) >= 0;

    private static IArgumentOperation? Given(IOperation creation, string parameter) => CallBinding.ArgumentsOf(creation).FirstOrDefault(argument =>
        argument.ArgumentKind != ArgumentKind.DefaultValue && (argument.Parameter?.Name == parameter || (parameter == "lr" && argument.Parameter?.Name == "learningRate")));

    // A variable that is set once is as good as a constant.
    private static double? Constant(IArgumentOperation argument, TorchProgram program) => argument.Value.Number()
        ?? (argument.Value.WithoutConversion() is ILocalReferenceOperation { Local: var local } && program.Bodies.Around(argument.Syntax) is { } body
            ? body.Locals.OnlyValueOf(local)?.Number()
            : null);

    // An image that is optimised, in an attack or a transfer of style, goes as far as it likes.
    private static bool IsForNetwork(IOperation creation, TorchProgram program) => program.Bodies.Around(creation.Syntax) is { } body
        && OptimizerParameters.Of(body.Model.GetOperation(creation.Syntax) ?? creation, body.Locals, program.Torch).Sources.Count > 0;

    private static bool IsRateMadeElsewhere(TorchProgram program) => RateMakers.Any(program.References.Mentions) || IsAssigned("LearningRate", program);

    private static bool HasGroups(IOperation creation) => CallBinding.ArgumentsOf(creation).Any(argument =>
        argument.Parameter is { Ordinal: 0, Type: INamedTypeSymbol { TypeArguments: { Length: 1 } items } } && items[0].Name == "ParamGroup");

    // The options that a new group is made with say nothing of another optimizer's.
    private static bool IsAssigned(string member, TorchProgram program) => program.References.Mentions(member)
        && program.References.Named<IMemberReferenceOperation>(member).Any(mention => mention.Instance is not IInstanceReferenceOperation
            && mention.Parent is IAssignmentOperation assignment && assignment.Target == mention);

    private static string Text(IArgumentOperation argument) => $"{argument.Parameter!.Name} = {argument.Value.Syntax}";

    private static void Report(OperationContext context, SyntaxNode place, string defect, string cure, string? missing = null) =>
        context.ReportDiagnostic(Diagnostic.Create(
            Descriptor, place.GetLocation(), missing is null ? null : ImmutableDictionary<string, string?>.Empty.Add(Missing, missing), defect, cure));
}

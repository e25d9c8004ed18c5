using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Loss;

/// <summary>TG4004: a KL divergence is not told whether its target is log-probabilities, and TorchSharp assumes that it is.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class KlTargetDefault() : TorchAnalyzer(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.KlTargetDefault,
        nameof(KlTargetDefault),
        "A KL divergence is not told what its target is",
        "'{0}' takes its target for log-probabilities, TorchSharp's default and not PyTorch's. Say 'log_target: false' for probabilities, 'log_target: true' for their logarithms.",
        "Probabilities that are read as logarithms give a loss that is wrong by far and still falls.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterCallAction(
            context,
            torch,
            call => call.TargetMethod.Name is "kl_div" or "KLDivLoss" && TorchSymbols.Same(call.TargetMethod.ContainingAssembly, torch.Tensor.ContainingAssembly)
                && call.Arguments.Any(argument => argument is { Parameter.Name: "log_target", ArgumentKind: ArgumentKind.DefaultValue }),
            Analyze);

    private static void Analyze(OperationContext context, IInvocationOperation call, TorchProgram program)
    {
        IReadOnlyList<IOperation> targets = call.TargetMethod.Name == "kl_div"
            ? [.. call.Arguments.Where(argument => argument.Parameter?.Name == "target").Select(argument => argument.Value)]
            : TargetsOf(call, program);
        if (targets.Count == 0 || !targets.All(target => IsLogarithm(target, program)))
        {
            context.ReportDiagnostic(Diagnostic.Create(Descriptor, call.Syntax.GetLocation(), call.TargetMethod.Name));
        }
    }

    /// <summary>What a loss module is compared with, wherever it is called; none where it goes out of sight.</summary>
    private static IReadOnlyList<IOperation> TargetsOf(IInvocationOperation creation, TorchProgram program)
    {
        if (program.Bodies.Around(creation.Syntax) is not { } body)
        {
            return [];
        }
        IOperation value = body.Model.GetOperation(creation.Syntax) ?? creation;
        while (value.Parent is IConversionOperation or IParenthesizedOperation)
        {
            value = value.Parent;
        }
        IEnumerable<IOperation> mentions = value.Parent switch
        {
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } } => body.Locals.Of(local),
            IFieldInitializerOperation { InitializedFields: { Length: 1 } fields } => program.References.Of(fields[0]),
            ISimpleAssignmentOperation { Target: IFieldReferenceOperation { Field: var field } } assignment => program.References.Of(field).Where(mention => mention.Syntax != assignment.Target.Syntax),
            IInvocationOperation => [value],
            _ => [],
        };
        var calls = mentions.Select(mention => mention.Parent as IInvocationOperation).ToList();
        return calls.Count > 0 && calls.TrueForAll(call => call is { TargetMethod.Name: "call" or "forward", Arguments.Length: 2 })
            ? [.. calls.Select(call => call!.Arguments.Single(argument => argument.Parameter?.Ordinal == 1).Value)]
            : [];
    }

    private static bool IsLogarithm(IOperation target, TorchProgram program)
    {
        if (program.Bodies.Around(target.Syntax) is not { } body || body.Model.GetOperation(target.Syntax) is not { } value)
        {
            return false;
        }
        return Made(value) || body.Provenance?.Ask(value, (made, ask) => Made(made) ? Answer.Yes
            : TensorCall.From(made, program.Torch) is { Name: "detach" or "clone" or "to" or "view" or "reshape" or "contiguous" } same ? ask(same.Input)
            : Answer.Unknown) == Answer.Yes;

        bool Made(IOperation operation) => TensorCall.From(operation, program.Torch) is { Name: "log_softmax" or "log" or "logsigmoid" }
            || program.Outputs.Of(operation, body) is { Length: > 0 } outputs && outputs.All(output => output.Activation is { Name: "LogSoftmax" or "LogSigmoid" });
    }
}

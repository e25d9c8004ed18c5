using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Shapes;

/// <summary>TG6009: a logarithm or root is taken of what has been rounded to zero or has overflowed by then.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnstableComposition() : TorchAnalyzer(Descriptor)
{
    /// <summary>The property with the expression that computes the same at once, where it is certain.</summary>
    internal const string Instead = nameof(Instead);

    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.UnstableComposition,
        nameof(UnstableComposition),
        "A composition of functions rounds or overflows on its way",
        "'{0}' of '{1}' {2}. {3}.",
        "Each function alone is exact enough; what the first rounds away or makes infinite, the second cannot bring back.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterOperationAction(
            context,
            operation =>
            {
                if (TensorCall.From(operation.Operation, torch) is { } call && Compositions.Ends(call))
                {
                    Analyze(operation, TorchProgram.Of(operation.Compilation, torch));
                }
            },
            OperationKind.Invocation);

    private static void Analyze(OperationContext context, TorchProgram program)
    {
        if (program.Bodies.Around(context.Operation.Syntax) is { } body
            && TensorCall.From(body.Model.GetOperation(context.Operation.Syntax), program.Torch) is { } call
            // Where nothing learns from it, it is a number to look at: the log-probability of an action that was drawn is finite.
            && !GradientMode.IsOff(call.Invocation, program.Torch)
            && new Compositions(program).Of(call, body) is { } composition)
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Descriptor,
                context.Operation.Syntax.GetLocation(),
                [composition.Inner.Syntax.GetLocation()],
                ImmutableDictionary<string, string?>.Empty.Add(Instead, composition.Instead),
                call.Name,
                composition.Inside,
                composition.Harm,
                composition.Cure));
        }
    }
}

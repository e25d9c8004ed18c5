using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Shapes;

/// <summary>TG6003: squeeze() of a batch whose last one may hold a single example, and so lose the batch axis.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SqueezeWithoutDimension() : TorchAnalyzer(Descriptor)
{
    /// <summary>The property that is there where the axis to drop is certainly the last.</summary>
    internal const string IsLast = nameof(IsLast);

    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.SqueezeWithoutDimension,
        nameof(SqueezeWithoutDimension),
        "squeeze() drops the batch axis of a batch of one",
        "squeeze() takes the batch axis off '{0}' too when the last batch of the loader holds one example, and '{1}' then gets no batch. Say which axis to drop: {2}.",
        "squeeze() without a dimension drops every axis of length 1, and the batch is one of them when one example is left over at the end of an epoch.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterOperationAction(
            context,
            operation =>
            {
                if (TensorCall.From(operation.Operation, torch) is { Name: "squeeze" } call && call.Argument("dim") is null)
                {
                    Analyze(operation, call, TorchProgram.Of(operation.Compilation, torch));
                }
            },
            OperationKind.Invocation);

    private static void Analyze(OperationContext context, TensorCall call, TorchProgram program)
    {
        foreach (BatchStep step in program.BatchSteps.Through(context.Operation))
        {
            if (step.Input is { Axis: not null, Loader.MayEndInOne: true })
            {
                bool isLast = step.Input.Features == 1;
                context.ReportDiagnostic(Diagnostic.Create(
                    Descriptor,
                    call.Location,
                    [step.Way.Consumer.Operation.Syntax.GetLocation()],
                    isLast ? ImmutableDictionary<string, string?>.Empty.Add(IsLast, "") : null,
                    call.Input.Name(), step.Way.Consumer.Name, isLast ? "squeeze(-1)" : "squeeze(1), for one"));
                return;
            }
        }
    }
}

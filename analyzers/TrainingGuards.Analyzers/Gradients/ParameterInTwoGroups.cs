using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Gradients;

/// <summary>TG1012: one gradient updates a parameter twice, by two groups of an optimizer or by two optimizers.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ParameterInTwoGroups() : TorchAnalyzer(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.ParameterInTwoGroups,
        nameof(ParameterInTwoGroups),
        "A parameter is updated twice by one gradient",
        "{0}. Give each parameter to one group of one optimizer.",
        "TorchSharp does not look for parameters that are listed twice: each listing takes a step of its own.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterOperationAction(
            context,
            operation =>
            {
                if (OptimizerParameters.IsCreation(operation.Operation, torch))
                {
                    AnalyzeGroups(operation, TorchProgram.Of(operation.Compilation, torch));
                }
                else if (operation.Operation is IInvocationOperation call && EventVocabulary.KindOf(call, torch) == EventKind.OptimizerStep)
                {
                    AnalyzeStep(operation, call, TorchProgram.Of(operation.Compilation, torch));
                }
            },
            OperationKind.Invocation,
            OperationKind.ObjectCreation);

    private static void AnalyzeGroups(OperationContext context, TorchProgram program)
    {
        if (program.Bodies.Around(context.Operation.Syntax) is not { } body || body.Model.GetOperation(context.Operation.Syntax) is not { } creation
            || OptimizerParameters.Of(creation, body.Locals, program.Torch) is not { IsComplete: true, Sources: { Count: > 1 } sources })
        {
            return;
        }
        for (int i = 1; i < sources.Count; i++)
        {
            if (sources.Take(i).FirstOrDefault(other => Overlap(other.Module, sources[i].Module, program)) is { Source: { } first } && first != sources[i].Source)
            {
                context.ReportDiagnostic(Diagnostic.Create(
                    Descriptor,
                    sources[i].Source.Syntax.GetLocation(),
                    [first.Syntax.GetLocation()],
                    $"The parameters of '{sources[i].Module}' are given to the optimizer twice, so each step updates them twice"));
                return;
            }
        }
    }

    private static void AnalyzeStep(OperationContext context, IInvocationOperation call, TorchProgram program)
    {
        if (program.Bodies.Around(call.Syntax) is not { } body || program.Events.Of(body) is not { } graph
            || graph.Of(EventKind.OptimizerStep).Take(2).Count() < 2
            || graph.At(call.Syntax, EventKind.OptimizerStep) is not { Receiver: { } second } step
            || OptimizerParameters.Of(second, body, program) is not { IsComplete: true, Sources: { Count: > 0 } own })
        {
            return;
        }
        SyntaxNode extent = graph.LoopsAround(step).FirstOrDefault() ?? body.Root.Syntax;
        foreach (TorchEvent other in graph.Of(EventKind.OptimizerStep))
        {
            if (other.Receiver is { } first && !first.Equals(second) && (graph.LoopsAround(other).FirstOrDefault() ?? body.Root.Syntax) == extent
                && Loops.AlwaysRuns(step.Syntax, extent) && Loops.AlwaysRuns(other.Syntax, extent)
                && OptimizerParameters.Of(first, body, program) is { IsComplete: true, Sources: var theirs }
                && own.FirstOrDefault(mine => theirs.Any(source => source.Module.Equals(mine.Module))) is { Module: { } shared }
                && graph.CanReachNormally(other, step, between => program.Called.Of(between, graph)
                    .Any(one => one.IsOpaque || one.Is(EventKind.Backward | EventKind.ZeroGrad | EventKind.Gradient | EventKind.Assign))))
            {
                context.ReportDiagnostic(Diagnostic.Create(
                    Descriptor,
                    call.Syntax.GetLocation(),
                    [other.Syntax.GetLocation()],
                    $"'{first}' and '{second}' both update the parameters of '{shared}' after one backward(), so each gradient is used twice"));
                return;
            }
        }
    }

    private static bool Overlap(Receiver one, Receiver other, TorchProgram program) => one.Equals(other)
        || (one.StartsWith(other) ? IsRegistered(one, other, program) : other.StartsWith(one) && IsRegistered(other, one, program));

    /// <summary>Whether a whole lists the parameters of its part too: the part is a component, and the whole registers its components.</summary>
    private static bool IsRegistered(Receiver part, Receiver whole, TorchProgram program) => part.Path.Length == whole.Path.Length + 1
        && part.Path[part.Path.Length - 1] is { ContainingType: { } owner } component
        && ModuleTypes.Components(owner, program.Torch).Contains(component, SymbolEqualityComparer.Default)
        && owner.InstanceConstructors.Any(constructor => program.Bodies.Of(constructor)?.Root.Descendants()
            .Any(operation => operation is IInvocationOperation { TargetMethod.Name: "RegisterComponents" }) == true);
}

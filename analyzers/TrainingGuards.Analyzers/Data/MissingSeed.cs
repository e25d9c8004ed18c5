using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Data;

/// <summary>TG5006: a program trains, and never seeds torch's generator.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MissingSeed() : TorchAnalyzer(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Strict(
        RuleIds.MissingSeed,
        nameof(MissingSeed),
        "A program trains and never seeds the generator",
        "'{0}' trains from random numbers that no seed fixes, so no run can be repeated. Call 'torch.manual_seed' first.",
        "Weights, Dropout and noise are drawn at random: without a seed two runs differ, and a change that helped cannot be told from luck.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch)
    {
        IMethodSymbol? entry = context.Compilation.GetEntryPoint(context.CancellationToken);
        if (entry is not null)
        {
            context.RegisterOperationBlockAction(block =>
            {
                if (TorchSymbols.Same(block.OwningSymbol, entry))
                {
                    Analyze(block, entry, TorchProgram.Of(block.Compilation, torch));
                }
            });
        }
    }

    private static void Analyze(OperationBlockAnalysisContext context, IMethodSymbol entry, TorchProgram program)
    {
        if (new[] { "manual_seed", "manual_seed_all", "set_rng_state" }.Any(program.References.Mentions) || program.Bodies.Of(entry) is not { } body
            || program.Events.Of(body) is not { } graph || program.Events.Reaches(entry, EventKind.Backward) != Answer.Yes)
        {
            return;
        }
        TorchEvent? training = graph.All.Where(step => program.Events.Reaches(step, EventKind.OptimizerStep, body.Locals) == Answer.Yes)
            .OrderBy(step => step.Syntax.SpanStart).FirstOrDefault();
        if (training is not null)
        {
            context.ReportDiagnostic(Diagnostic.Create(Descriptor, training.Syntax.GetLocation(),
                training.Operation is IInvocationOperation call && call.TargetMethod.Name is not "" ? call.TargetMethod.Name : entry.ContainingType.Name));
        }
    }
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Gradients;

/// <summary>TG1003: an optimizer or scheduler is made again in each iteration of the loop that it is to span.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class OptimizerRebuiltInLoop() : TorchAnalyzer(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.OptimizerRebuiltInLoop,
        nameof(OptimizerRebuiltInLoop),
        "An optimizer or scheduler is made again in each iteration",
        "'{0}' is made anew in each iteration while '{1}' lives on, so {2} every time. Make it once, before the loop.",
        "Momentum, Adam's moments and a schedule live in the object: whoever makes a new one forgets them.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterOperationAction(
            context,
            operation =>
            {
                bool isOptimizer = OptimizerParameters.IsCreation(operation.Operation, torch);
                if (isOptimizer || IsScheduler(operation.Operation, torch))
                {
                    Analyze(operation, isOptimizer, TorchProgram.Of(operation.Compilation, torch));
                }
            },
            OperationKind.Invocation,
            OperationKind.ObjectCreation);

    private static void Analyze(OperationContext context, bool isOptimizer, TorchProgram program)
    {
        if (program.Bodies.Around(context.Operation.Syntax) is not { } body || program.Events.Of(body) is not { } graph
            || graph.At(context.Operation.Syntax, EventKind.Call) is not { } made
            || body.Model.GetOperation(context.Operation.Syntax) is not { } creation
            || OptimizerParameters.HolderOf(creation) is not { } holder)
        {
            return;
        }
        Receiver[] owners = isOptimizer
            ? OptimizerParameters.Of(creation, body.Locals, program.Torch) is { IsComplete: true } parameters && OptimizerParameters.HasState(creation)
                ? [.. parameters.Sources.Select(source => source.Module)] : []
            : [.. CallBinding.ArgumentsOf(creation).Take(1).Select(argument => Receiver.Of(argument.Value, body.Locals)).OfType<Receiver>()];
        TorchEvent? step = null;
        foreach (Repetition repetition in owners.Length == 0 ? ImmutableArray<Repetition>.Empty : Repetition.Of(made, graph, program))
        {
            if (StepOf(repetition, holder, isOptimizer, program) is not { } found
                || !owners.All(owner => LivesOn(repetition.NameOf(owner, program), repetition, program)) || IsSetUpByLoop(creation, repetition, graph))
            {
                return;
            }
            step ??= found;
        }
        if (step is not null)
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Descriptor,
                context.Operation.Syntax.GetLocation(),
                [step.Syntax.GetLocation()],
                holder.Name,
                owners[0].ToString(),
                isOptimizer ? "what it remembers of the gradients is lost" : "its schedule starts again"));
        }
    }

    /// <summary>The step of what is made, in the same round of the loop; of an optimizer also in a loop over the batches of one epoch.</summary>
    private static TorchEvent? StepOf(Repetition repetition, ISymbol holder, bool isOptimizer, TorchProgram program)
    {
        CalledEvent.Link maker = repetition.Path[repetition.Path.Length - 1];
        bool isAlwaysMade = Loops.AlwaysRuns(maker.Step.Syntax, repetition.Path.Length == 1 ? repetition.Loop : maker.Graph.Body.Root.Syntax);
        int epochs = isOptimizer && repetition.Path.Length == 1 ? 1 : 0;
        return !isAlwaysMade ? null : maker.Graph.All.SelectMany(step => program.Called.Of(step, maker.Graph)).FirstOrDefault(one =>
            one.Is(isOptimizer ? EventKind.OptimizerStep : EventKind.SchedulerStep) && Receiver.Named(holder).Equals(one.Receiver)
            && one.Path.SelectMany(link => link.Graph.LoopsAround(link.Step)).TakeWhile(loop => loop != repetition.Loop).Count() <= epochs
            && (repetition.Path.Length > 1 || one.Path[0].Graph.LoopsAround(one.Outer).Contains(repetition.Loop)))?.Step;
    }

    /// <summary>Whether the loop finds the model, or the optimizer of a scheduler, as it left it: neither made nor loaded in it.</summary>
    private static bool LivesOn(Receiver? owner, Repetition repetition, TorchProgram program)
    {
        if (owner is null || (owner.Root is ILocalSymbol local && local.DeclaringSyntaxReferences.All(declaration => repetition.Loop.Span.Contains(declaration.Span))))
        {
            return false;
        }
        return !program.Called.In(repetition.Loop, repetition.Graph).Any(one =>
            one.IsOpaque
            || (one.Is(EventKind.Assign) && one.Receiver is { } assigned && owner.StartsWith(assigned))
            || (one.Is(EventKind.Call | EventKind.Load) && one.Receiver is { } touched && (touched.StartsWith(owner) || owner.StartsWith(touched))
                && one.Step.Operation is IInvocationOperation { TargetMethod.Name: "load" or "load_py" or "load_state_dict" or "apply" or "reset_parameters" }));
    }

    /// <summary>Whether a foreach goes through settings, each of which is to have an optimizer of its own.</summary>
    private static bool IsSetUpByLoop(IOperation creation, Repetition repetition, EventGraph graph) =>
        repetition.Graph == graph && repetition.Loop is CommonForEachStatementSyntax
        && creation.Descendants().OfType<ILocalReferenceOperation>().Any(reference =>
            reference.Local.DeclaringSyntaxReferences.All(declaration => repetition.Loop.Span.Contains(declaration.Span)));

    private static bool IsScheduler(IOperation operation, TorchSymbols torch) =>
        operation is IInvocationOperation { TargetMethod: { IsStatic: true } factory } && TorchSymbols.DerivesFrom(factory.ReturnType, torch.LRScheduler)
        && TorchSymbols.Same(factory.ContainingAssembly, torch.Tensor.ContainingAssembly);
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Gradients;

/// <summary>TG1002: a step finds no gradient, because it was just zeroed, or a gradient finds no step.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class OptimizerCallsOutOfOrder() : TorchAnalyzer(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.OptimizerCallsOutOfOrder,
        nameof(OptimizerCallsOutOfOrder),
        "The gradients of a backward() never reach a step",
        "{0}. {1}.",
        "What a step follows is what backward() left: the order is zero_grad(), backward(), step().");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch)
    {
        RegisterOperationAction(
            context,
            operation =>
            {
                var call = (IInvocationOperation)operation.Operation;
                if (EventVocabulary.KindOf(call, torch) == EventKind.OptimizerStep)
                {
                    AnalyzeStep(operation, call, TorchProgram.Of(operation.Compilation, torch));
                }
                else if (OptimizerParameters.IsCreation(call, torch))
                {
                    AnalyzeCreation(operation, TorchProgram.Of(operation.Compilation, torch));
                }
            },
            OperationKind.Invocation);
        RegisterOperationAction(
            context,
            operation =>
            {
                if (OptimizerParameters.IsCreation(operation.Operation, torch))
                {
                    AnalyzeCreation(operation, TorchProgram.Of(operation.Compilation, torch));
                }
            },
            OperationKind.ObjectCreation);
    }

    private static void AnalyzeStep(OperationContext context, IInvocationOperation call, TorchProgram program)
    {
        if (program.Bodies.Around(call.Syntax) is not { } body || program.Events.Of(body) is not { } graph
            || graph.At(call.Syntax, EventKind.OptimizerStep) is not { Receiver: { } optimizer } step || EventVocabulary.IsOwnStep(call, program))
        {
            return;
        }
        ImmutableHashSet<GradientFact> facts = GradientStates.Before(graph, step, optimizer, program);
        var backwards = graph.Of(EventKind.Backward).OrderBy(backward => backward.Syntax.SpanStart).ToList();
        if (facts.IsEmpty || facts.Any(fact => fact.State != GradientState.Zero)
            || (backwards.Count == 0 && Repetition.Of(step, graph, program).IsEmpty))
        {
            return;
        }
        TorchEvent zero = facts.Select(fact => fact.Origin!).OrderBy(origin => origin.Syntax.SpanStart).First();
        TorchEvent? lost = backwards.LastOrDefault(backward => backward.Syntax.SpanStart < zero.Syntax.SpanStart)
            ?? backwards.FirstOrDefault(backward => backward.Syntax.SpanStart > step.Syntax.SpanStart);
        Location[] elsewhere = [zero.Syntax.GetLocation(), .. lost is null ? Array.Empty<Location>() : [lost.Syntax.GetLocation()]];
        string name = call.Instance!.Syntax.ToString();
        context.ReportDiagnostic(Diagnostic.Create(
            Descriptor,
            call.Syntax.GetLocation(),
            elsewhere,
            $"'{name}' steps on gradients that '{zero.Syntax}' has just zeroed, so nothing is learned",
            $"Call backward() between '{zero.Syntax}' and '{name}.step()'"));
    }

    private static void AnalyzeCreation(OperationContext context, TorchProgram program)
    {
        if (program.Bodies.Around(context.Operation.Syntax) is not { } body || OptimizerParameters.HolderOf(context.Operation) is not { } holder
            || !IsOnlyHeldHere(holder, program.Compilation)
            || References.IsAccessed(holder.Name, context.ContainingSymbol.ContainingType, "step"))
        {
            return;
        }
        IReadOnlyList<IOperation> mentions = holder is ILocalSymbol ? body.Locals.Of(holder) : program.References.Of(holder);
        if (mentions.Count == 0 || !mentions.All(mention => LeavesParametersAlone(mention, program.Torch)))
        {
            return;
        }
        // Whoever reads grad takes the step by hand.
        var members = mentions.Select(mention => program.Bodies.Around(mention.Syntax)).OfType<MethodBody>().Distinct()
            .Select(program.Events.Of).OfType<EventGraph>().ToList();
        var events = members.SelectMany(graph => graph.All.SelectMany(step => program.Called.Of(step, graph))).ToList();
        if (!events.Any(one => one.Is(EventKind.Gradient) || one.IsOpaque)
            && members.SelectMany(graph => graph.Of(EventKind.Backward)).FirstOrDefault() is { } backward)
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Descriptor,
                context.Operation.Syntax.GetLocation(),
                [backward.Syntax.GetLocation()],
                $"'{holder.Name}' never steps, so the gradients of backward() change nothing",
                $"Call '{holder.Name}.step()' after backward()"));
        }
    }

    private static bool IsOnlyHeldHere(ISymbol holder, Compilation compilation) => holder is ILocalSymbol
        || (holder.DeclaredAccessibility == Accessibility.Private && !Visibility.IsOpen(holder, compilation));

    private static bool LeavesParametersAlone(IOperation mention, TorchSymbols torch)
    {
        IOperation value = mention;
        while (value.Parent is IConversionOperation or IParenthesizedOperation)
        {
            value = value.Parent;
        }
        return value.Parent switch
        {
            IInvocationOperation call => call.Instance == value && call.TargetMethod.Name is "zero_grad" or "to" or "Dispose" or "state_dict",
            IPropertyReferenceOperation => true,
            IArgumentOperation { Parent: IInvocationOperation made } => TorchSymbols.DerivesFrom(made.TargetMethod.ReturnType, torch.LRScheduler),
            ISimpleAssignmentOperation assignment => assignment.Target == value,
            _ => false,
        };
    }
}

using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Schedule;

/// <summary>TG8004: a scheduler takes an argument for something else than it was meant as: an epoch, a metric, the end of an earlier run.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SchedulerArgumentMisread() : TorchAnalyzer(Descriptor)
{
    /// <summary>The property that is there where the call does what was meant once the argument is gone.</summary>
    internal const string IsIdle = nameof(IsIdle);

    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.SchedulerArgumentMisread,
        nameof(SchedulerArgumentMisread),
        "A scheduler takes an argument for something else",
        "{0}. {1}.",
        "step(int) names an epoch, step(double) a metric that ReduceLROnPlateau alone looks at, and last_epoch the last epoch of an earlier run.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterOperationAction(
            context,
            operation =>
            {
                if (operation.Operation is IInvocationOperation call && EventVocabulary.KindOf(call, torch) == EventKind.SchedulerStep && torch.Owns(call.TargetMethod))
                {
                    AnalyzeStep(operation, call, TorchProgram.Of(operation.Compilation, torch));
                }
                else if (Scheduler.IsCreation(operation.Operation, torch) && Scheduler.ArgumentOf(operation.Operation, "last_epoch") is { } last
                    && last.Value.Number() is >= 0 and var epoch)
                {
                    AnalyzeStart(operation, last, epoch, TorchProgram.Of(operation.Compilation, torch));
                }
            },
            OperationKind.Invocation,
            OperationKind.ObjectCreation);

    private static void AnalyzeStart(OperationContext context, IArgumentOperation last, double epoch, TorchProgram program)
    {
        if (program.Bodies.Around(context.Operation.Syntax) is not { } body || body.Model.GetOperation(context.Operation.Syntax) is not { } creation
            || Scheduler.ArgumentOf(creation, "optimizer")?.Value.WithoutConversion() is not { } optimizer || !NewOptimizer.Is(optimizer, creation, body, program))
        {
            return;
        }
        string name = OptimizerParameters.HolderOf(creation)?.Name ?? Scheduler.KindOf(creation);
        string scheduled = optimizer.Symbol() is { } symbol ? $"'{symbol.Name}'" : "the optimizer";
        Report(context, last.Syntax, isIdle: true, [],
            $"'{name}' goes on after epoch {epoch.ToString("R", CultureInfo.InvariantCulture)}, but {scheduled} has just been made, so the schedule starts in its middle",
            "Leave 'last_epoch' out");
    }

    private static void AnalyzeStep(OperationContext context, IInvocationOperation call, TorchProgram program)
    {
        if (program.Bodies.Around(call.Syntax) is not { } body || program.Events.Of(body) is not { } graph
            || graph.At(call.Syntax, EventKind.SchedulerStep) is not { Receiver: { } scheduler } step || body.Model.GetOperation(call.Syntax) is not IInvocationOperation tree)
        {
            return;
        }
        var given = tree.Arguments.Where(argument => argument.ArgumentKind != ArgumentKind.DefaultValue).ToList();
        ImmutableArray<Scheduler> schedulers = Scheduler.Of(scheduler, body, program);
        Location[] made = [.. schedulers.Select(one => one.Creation.Syntax.GetLocation()).Distinct()];
        bool isMetric = given.Find(argument => argument.Parameter?.Type.SpecialType == SpecialType.System_Double) is not null;
        IArgumentOperation? argument = given.FirstOrDefault();
        if (IsPlateau(tree, schedulers))
        {
            if (!isMetric && !Repetition.Of(step, graph, program).IsEmpty)
            {
                Report(context, tree.Syntax, isIdle: false, made,
                    argument is null ? $"'{scheduler}' looks at a metric, and throws where there is none"
                        : $"'{scheduler}' looks at a metric, takes the int '{argument.Value.Name()}' for the number of an epoch, and throws",
                    $"Call '{scheduler}.step(metric)' with a double");
            }
        }
        else if (isMetric)
        {
            if (IgnoresMetrics(tree, schedulers) is { } kind)
            {
                Report(context, argument!.Syntax, IsPure(argument.Value), made,
                    $"'{scheduler}' takes '{argument.Value.Name()}' for a metric, which {kind} ignores", $"Call '{scheduler}.step()', or make it by ReduceLROnPlateau");
            }
        }
        else if (argument is not null && !IsNamed(argument) && Repetition.Of(step, graph, program) is { IsEmpty: false } repetitions)
        {
            AnalyzeEpoch(context, argument, scheduler, repetitions, made, body, program);
        }
    }

    /// <summary>An int that no epoch can be: one constant for all rounds, or a number read out of a tensor in each of them.</summary>
    private static void AnalyzeEpoch(
        OperationContext context, IArgumentOperation argument, Receiver scheduler, ImmutableArray<Repetition> repetitions, Location[] made, MethodBody body, TorchProgram program)
    {
        if (argument.Value.Number() is { } epoch)
        {
            bool isOnlyStep = repetitions.All(round => program.Called.In(round.Loop, round.Graph).Count(one => one.Is(EventKind.SchedulerStep) || one.IsOpaque) == 1);
            if (isOnlyStep)
            {
                Report(context, argument.Syntax, isIdle: true, made,
                    $"'{scheduler}' is set to epoch {epoch.ToString("R", CultureInfo.InvariantCulture)} in every round, so the learning rate stands still", $"Call '{scheduler}.step()'");
            }
        }
        else if (TensorReads.IsIn(argument.Value, body, program.Torch, read => repetitions.All(round => program.Bodies.Around(read.Syntax) == body && IsRepeatedWith(read, round))))
        {
            Report(context, argument.Syntax, IsPure(argument.Value), made,
                $"'{scheduler}' takes '{argument.Value.Name()}', a number out of a tensor, for the number of an epoch", $"Call '{scheduler}.step()', or give a metric as a double");
        }
    }

    // What is read out before the loop may be the epoch of a checkpoint.
    private static bool IsRepeatedWith(IOperation read, Repetition round) => round.Path.Length > 1 || round.Loop.Span.Contains(read.Syntax.Span);

    private static bool IsPlateau(IInvocationOperation call, ImmutableArray<Scheduler> schedulers) => call.Instance?.Type?.Name == "ReduceLROnPlateau"
        || (!schedulers.IsEmpty && schedulers.All(one => one.Kind == "ReduceLROnPlateau"));

    /// <summary>The kind of scheduler that certainly looks at no metric, null where that is open: where it was handed over, another caller may hand over another.</summary>
    private static string? IgnoresMetrics(IInvocationOperation call, ImmutableArray<Scheduler> schedulers) =>
        schedulers.IsEmpty || schedulers.Any(one => one.IsPassed || one.Kind is "ReduceLROnPlateau" or "ChainedLR" or "SequentialLR")
            ? call.Instance?.Type is { ContainingType.Name: "impl", Name: not ("ReduceLROnPlateau" or "ChainedLR" or "SequentialLR") and var declared } ? declared : null
            : schedulers[0].Kind;

    private static bool IsNamed(IArgumentOperation argument) => argument.Syntax is ArgumentSyntax { NameColon: not null };

    // Without its argument the call is to leave out nothing but the argument.
    private static bool IsPure(IOperation value) => !value.DescendantsAndSelf().Any(part => part is IAssignmentOperation or IIncrementOrDecrementOperation or IAwaitOperation
        or IInvocationOperation { TargetMethod.Name: not ("item" or "ToSingle" or "ToDouble" or "ToInt32" or "ToInt64" or "mean" or "sum") });

    private static void Report(OperationContext context, SyntaxNode place, bool isIdle, Location[] elsewhere, string defect, string cure) =>
        context.ReportDiagnostic(Diagnostic.Create(
            Descriptor, place.GetLocation(), elsewhere, isIdle ? ImmutableDictionary<string, string?>.Empty.Add(IsIdle, "true") : null, defect, cure));
}

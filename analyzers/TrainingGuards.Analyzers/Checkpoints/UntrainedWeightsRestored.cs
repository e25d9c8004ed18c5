using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Checkpoints;

/// <summary>TG7006: the weights that are loaded after training were copied before it, and nowhere else.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UntrainedWeightsRestored() : TorchAnalyzer(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.UntrainedWeightsRestored,
        nameof(UntrainedWeightsRestored),
        "The weights that are restored after training were copied before it",
        "'{0}' holds the weights that '{1}' had before training, so restoring them throws all of it away. Copy them again where '{2}' improves.",
        "The best weights of a run are those that are copied in it: what was copied before has learnt nothing.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterCallAction(context, torch, call => call.TargetMethod.Name == "load_state_dict" && torch.IsModule(call.Instance?.Type), Analyze);

    private static void Analyze(OperationContext context, IInvocationOperation reported, TorchProgram program)
    {
        if (program.Bodies.Around(reported.Syntax) is not { } body || program.Events.Of(body) is not { } graph
            || body.Model.GetOperation(reported.Syntax) is not IInvocationOperation { Arguments: { Length: > 0 } arguments } call
            || arguments[0].Value.Symbol() is not { } holder || holder is IParameterSymbol
            || graph.At(call.Syntax, EventKind.Load) is not { } load || Receiver.Of(call.Instance, body.Locals) is not { } module
            || CopiesIn(holder, body, program) is not { Count: > 0 } copies || !copies.All(copy => copy.Module.Equals(module)))
        {
            return;
        }
        var run = new RestoredRun(module, load, graph, program);
        if (run.LoopAfter(copies) is { } loop && run.Model(loop) is { } operation && BestScores.In(operation) is { } best && run.IsThrownAway(loop))
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Descriptor, call.Syntax.GetLocation(), [.. copies.Select(copy => copy.Taken.Syntax.GetLocation()), loop.GetFirstToken().GetLocation()], holder.Name, module.ToString(), best.Name));
        }
    }

    /// <summary>All that a variable ever holds, where each of it is a copied state, taken in one body; empty where something else may become of it.</summary>
    private static List<CopiedState> CopiesIn(ISymbol holder, MethodBody body, TorchProgram program)
    {
        IReadOnlyList<IOperation?> values = holder is ILocalSymbol ? body.Locals.WritesOf(holder) : program.Values.AssignedTo(holder);
        IEnumerable<IOperation> mentions = holder is ILocalSymbol ? body.Locals.Of(holder) : program.References.Of(holder);
        List<CopiedState?> copies = [.. values.Where(value => value is null || !IsNothing(value)).Select(value => value is null || program.Bodies.Around(value.Syntax) != body ? null : CopiedState.Of(value, body, program))];
        return copies.Contains(null) || !mentions.All(IsUnderstood) ? [] : [.. copies.OfType<CopiedState>()];
    }

    private static bool IsNothing(IOperation value) => value.WithoutConversion() is { ConstantValue: { HasValue: true, Value: null } } or IObjectCreationOperation { Arguments.IsEmpty: true, Initializer: null }
        || ListedValues.IsEmpty(value.WithoutConversion());

    // Whoever else is given the dictionary may put other tensors into it.
    private static bool IsUnderstood(IOperation mention) => mention.Parent switch
    {
        IAssignmentOperation assignment => assignment.Target == mention,
        IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { Name: "load_state_dict", MethodKind: MethodKind.Ordinary } } } => true,
        IPropertyReferenceOperation { Property.Name: "Count" or "Keys" } => true,
        IConversionOperation conversion => IsUnderstood(conversion),
        _ => false,
    };

    /// <summary>What happens to a module around the place where a copy of its state is loaded.</summary>
    private sealed class RestoredRun(Receiver module, TorchEvent load, EventGraph graph, TorchProgram program)
    {
        private const int Depth = 3;

        public IOperation? Model(StatementSyntax loop) => graph.Body.Model.GetOperation(loop);

        /// <summary>The loop that trains the module after all copies and before they are loaded in any case; null where there is none.</summary>
        public StatementSyntax? LoopAfter(List<CopiedState> copies)
        {
            TorchEvent?[] taken = [.. copies.Select(copy => graph.At(copy.Taken.Syntax, EventKind.Call))];
            TorchEvent? step = graph.All.FirstOrDefault(candidate => IsTraining(candidate) && graph.CanReachNormally(candidate, load, _ => false));
            return step is null || taken.Contains(null) || taken.Any(copy => graph.CanReachNormally(step, copy, _ => false) || !graph.CanReachNormally(copy, step, _ => false)) ? null
                : graph.LoopsAround(step).LastOrDefault(loop => !loop.Span.Contains(load.Syntax.Span) && !taken.Any(copy => loop.Span.Contains(copy!.Syntax.Span))) is { } loop && IsLoadedAfter(loop) ? loop
                : null;
        }

        /// <summary>Whether what a loop has learnt is kept nowhere and looked at no more, and the module is used with what it had before.</summary>
        public bool IsThrownAway(StatementSyntax loop)
        {
            TorchEvent[] after = [.. graph.All.Where(step => graph.CanReachNormally(load, step, _ => false))];
            return !graph.All.Any(step => (loop.Span.Contains(step.Syntax.Span) && Any(step, Keeps)) || (IsBetween(step, loop) && Any(step, one => Keeps(one) || IsUse(one))))
                && !after.Any(MayTrain) && after.Any(step => Any(step, IsUse)) && !IsTrainedByCallers(graph.Body, Depth);
        }

        private bool IsLoadedAfter(StatementSyntax loop) => (loop.Parent is GlobalStatementSyntax global ? global.Parent : loop.Parent) is { } around
            && around.Span.Contains(load.Syntax.Span) && load.Syntax.SpanStart > loop.Span.End && Loops.AlwaysRuns(load.Syntax, around);

        private bool IsBetween(TorchEvent step, StatementSyntax loop) => step.Syntax.SpanStart >= loop.Span.End && graph.CanReachNormally(step, load, _ => false) && step != load && !load.Syntax.Contains(step.Syntax);

        private bool IsTraining(TorchEvent step) => Any(step, one => one.Is(EventKind.OptimizerStep) && one.Receiver is { } optimizer && TrainedModules.Includes(optimizer, module, graph, program));

        private bool MayTrain(TorchEvent step) => Any(step, one => one.Is(EventKind.Training) || (one.IsOpaque && MayReachModule(one.Step.Operation)));

        // A library that is handed neither the module nor an optimizer, nor anything to run, trains nothing of ours.
        private bool MayReachModule(IOperation call) => call is not IInvocationOperation { TargetMethod: { MethodKind: not MethodKind.DelegateInvoke } method }
            || TorchSymbols.Same(method.ContainingAssembly, program.Compilation.Assembly) || IsGiven(call, type => program.Torch.IsModule(type) || program.Torch.IsOptimizer(type) || type.TypeKind == TypeKind.Delegate);

        /// <summary>Whether an event puts the module's weights, or the module, somewhere else.</summary>
        private bool Keeps(CalledEvent one) => one.Step.Operation is IInvocationOperation { TargetMethod.Name: "state_dict" or "save" or "save_py" or "save_state_dict" or "named_parameters" } saved
            ? program.Torch.IsModule(saved.Instance?.Type ?? saved.Arguments.FirstOrDefault()?.Value.WithoutConversion().Type) || saved.TargetMethod.Name == "save_state_dict"
            : one.IsOpaque && IsGiven(one.Step.Operation, program.Torch.IsModule);

        private bool IsUse(CalledEvent one) => (one.Is(EventKind.Forward) && one.Receiver is { } used && used.StartsWith(module)) || Keeps(one);

        private bool Any(TorchEvent step, Func<CalledEvent, bool> isMeant) => program.Called.Of(step, graph).Any(isMeant);

        private static bool IsGiven(IOperation call, Func<ITypeSymbol, bool> isMeant) =>
            CallBinding.ArgumentsOf(call).Select(argument => argument.Value).Append((call as IInvocationOperation)?.Instance).Any(value => value?.WithoutConversion().Type is { } type && isMeant(type));

        /// <summary>Whether a caller may train on what it gives or is given back. A module that only this body knows is nobody else's.</summary>
        private bool IsTrainedByCallers(MethodBody body, int depth)
        {
            if (body == graph.Body && module.Root is ILocalSymbol local && body.Outer is null && !body.Locals.Of(local).Any(mention => mention.Parent is IReturnOperation or ITupleOperation or IAssignmentOperation))
            {
                return false;
            }
            return CallSites.Of(body, program).Any(site => depth == 0 || site is not { Call: { } call, Graph: { } caller } || caller.At(call.Syntax, EventKind.Call) is not { } step
                || caller.All.Any(next => caller.CanReachNormally(step, next, _ => false) && program.Called.Of(next, caller).Any(one => one.Is(EventKind.Training) || (one.IsOpaque && MayReachModule(one.Step.Operation))))
                || IsTrainedByCallers(caller.Body, depth - 1));
        }
    }
}

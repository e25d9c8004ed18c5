using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Checkpoints;

/// <summary>TG7004: training goes on from saved weights with an optimizer that has forgotten everything.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class OptimizerStateNotSaved() : TorchAnalyzer(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Info(
        RuleIds.OptimizerStateNotSaved,
        nameof(OptimizerStateNotSaved),
        "Training is resumed without the optimizer's state",
        "'{0}' goes on from {1} while '{2}' begins anew, with nothing of what it knew about the gradients. Save its state beside the weights by 'save_state_dict', and load it by 'load_state_dict'.",
        "Momentum and Adam's moments belong to the checkpoint: without them the first steps after it go astray.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterOperationAction(
            context,
            operation =>
            {
                var call = (IInvocationOperation)operation.Operation;
                if (WeightsLoad.IsNamed(call.TargetMethod.Name) && call.TargetMethod.Parameters.Any(IsPath))
                {
                    Analyze(operation, TorchProgram.Of(operation.Compilation, torch));
                }
            },
            OperationKind.Invocation);

    private static void Analyze(OperationContext context, TorchProgram program)
    {
        if (program.Bodies.Around(context.Operation.Syntax) is not { } body || body.Model.GetOperation(context.Operation.Syntax) is not { } operation
            || WeightsLoad.From(operation, program) is not { } load || Receiver.Of(load.Module, body.Locals) is not { } module
            || program.Events.Of(body) is not { } graph || graph.At(load.Call.Syntax, EventKind.Load) is not { } loading
            || SavesOf(load.Call, body, program) is not { Count: > 0 } saves || KeepsOptimizers(program))
        {
            return;
        }
        IEnumerable<(EventGraph, TorchEvent, Receiver)> outer = CallSites.OuterNames(body, module, program);
        foreach ((EventGraph caller, TorchEvent step, Receiver name) in outer.Prepend((graph, loading, module)))
        {
            if (ResumedWith(step, name, saves, caller, program) is { Creation: { } creation, Save: { } save })
            {
                IOperation path = PathOf(load.Call)!;
                context.ReportDiagnostic(Diagnostic.Create(
                    Descriptor,
                    context.Operation.Syntax.GetLocation(),
                    [creation.Syntax.GetLocation(), save.GetLocation()],
                    module.ToString(),
                    path.ConstantValue.HasValue ? $"'{path.ConstantValue.Value}'" : $"'{path.Name()}'",
                    OptimizerParameters.HolderOf(creation)?.Name ?? creation.Type?.Name));
                return;
            }
        }
    }

    /// <summary>The optimizer that trains the module after a load, where no training comes before it and a save after.</summary>
    private static (IOperation? Creation, SyntaxNode? Save) ResumedWith(
        TorchEvent loading, Receiver module, IReadOnlyList<SyntaxNode> saves, EventGraph graph, TorchProgram program)
    {
        var trained = graph.All.Where(step => TrainingBetween.Trains(step, graph, program)).ToList();
        if (trained.Exists(step => step == loading || graph.CanReachNormally(step, loading, _ => false)))
        {
            return default;
        }
        foreach (TorchEvent step in trained.Where(step => graph.CanReachNormally(loading, step, other => other.Is(EventKind.Assign) && module.Equals(other.Receiver))))
        {
            SyntaxNode? save = graph.All.Where(after => after == step || graph.CanReachNormally(step, after, _ => false))
                .SelectMany(after => program.Called.Of(after, graph)).FirstOrDefault(one => module.Equals(one.Receiver) && saves.Contains(one.Step.Syntax))?.Step.Syntax;
            IOperation? creation = program.Called.Of(step, graph).Where(one => one.Is(EventKind.OptimizerStep)).Select(one => MadeFor(module, one, program)).FirstOrDefault(made => made is not null);
            if (save is not null && creation is not null)
            {
                return (creation, save);
            }
        }
        return default;
    }

    /// <summary>Where the optimizer of a step was made, if that is for the module alone and it has a state.</summary>
    private static IOperation? MadeFor(Receiver module, CalledEvent step, TorchProgram program)
    {
        Receiver? optimizer = step.Step.Receiver;
        for (int i = step.Path.Length - 1; i >= 0 && optimizer is not null; i--)
        {
            MethodBody body = step.Path[i].Graph.Body;
            if (OptimizerParameters.CreationsOf(optimizer, body, program) is { Length: 1 } creations)
            {
                return OptimizerParameters.HasState(creations[0]) && OptimizerParameters.Of(optimizer, body, program) is { IsComplete: true } parameters
                    && parameters.Sources.All(source => module.Equals(Outwards(source.Module, step, i, program))) && parameters.Sources.Count > 0 ? creations[0] : null;
            }
            optimizer = i == 0 ? null : Outwards(optimizer, step, i, program, to: i - 1);
        }
        return null;
    }

    /// <summary>What a body on the way to an event calls something that an inner one has a name for.</summary>
    private static Receiver? Outwards(Receiver inner, CalledEvent step, int from, TorchProgram program, int to = 0)
    {
        Receiver? name = inner;
        for (int i = from; i > to && name is not null; i--)
        {
            CalledEvent.Link caller = step.Path[i - 1];
            name = step.Path[i].Graph.Body.Owner is IMethodSymbol callee
                ? CallBinding.IntoCaller(caller.Step.Operation, callee, name, program, caller.Graph.Body.Locals)
                : null;
        }
        return name;
    }

    /// <summary>The calls that save a module to the very place that a load reads.</summary>
    private static List<SyntaxNode> SavesOf(IInvocationOperation load, MethodBody body, TorchProgram program) => PathOf(load) is { } path
        ? [.. program.References.Named<IInvocationOperation>("save").Concat(program.References.Named<IInvocationOperation>("save_py")).Concat(program.References.Named<IInvocationOperation>("save_safetensors"))
            .Where(save => program.Torch.IsModule((save.Instance ?? save.Arguments.FirstOrDefault()?.Value)?.WithoutConversion().Type) && PathOf(save) is { } saved && IsSame(path, body, saved, program))
            .Select(save => save.Syntax)]
        : [];

    private static bool IsSame(IOperation one, MethodBody body, IOperation other, TorchProgram program)
    {
        if (ConstantOf(one, body) is { } text)
        {
            return program.Bodies.Around(other.Syntax) is { } place && ConstantOf(other, place) == text;
        }
        return program.Bodies.Around(other.Syntax) is { } around && Receiver.Of(one, body.Locals) is { } name && name.Equals(Receiver.Of(other, around.Locals))
            && (name.Root is null || (around.Outermost == body.Outermost && body.Locals.WritesOf(name.Root).Count <= 1));
    }

    private static string? ConstantOf(IOperation path, MethodBody body) => path.ConstantValue is { HasValue: true, Value: string text } ? text
        : path.WithoutConversion() is ILocalReferenceOperation { Local: var local } && body.Locals.OnlyValueOf(local) is { ConstantValue: { HasValue: true, Value: string only } } ? only
        : null;

    private static IOperation? PathOf(IInvocationOperation call) => call.Arguments.FirstOrDefault(argument => argument.Parameter is { } parameter && IsPath(parameter))?.Value;

    private static bool IsPath(IParameterSymbol parameter) => parameter is { Name: "location" or "path", Type.SpecialType: SpecialType.System_String };

    private static bool KeepsOptimizers(TorchProgram program) => new[] { "state_dict", "save_state_dict", "load_state_dict", "load_py", "save_py" }
        .SelectMany(name => program.References.Named<IInvocationOperation>(name))
        .Any(call => program.Torch.IsOptimizer((call.Instance ?? call.Arguments.FirstOrDefault()?.Value)?.WithoutConversion().Type));
}

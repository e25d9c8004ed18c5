using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Loss;

/// <summary>TG4008: a loss is summed over a batch whose size varies, and so the size of the step varies with it.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SumInsteadOfMean() : TorchAnalyzer(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Info(
        RuleIds.SumInsteadOfMean,
        nameof(SumInsteadOfMean),
        "A loss is summed over batches of different sizes",
        "'{0}' is summed over the batch, so a step of '{1}' is as many times larger as the batch is, and smaller for the last one of '{2}'. Use {3}.",
        "A learning rate that fits a sum fits one size of batch; one that fits a mean fits all.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterOperationAction(
            context,
            operation =>
            {
                if (Reductions.GivenTo(operation.Operation, torch) == "Sum" || IsSum(operation.Operation, torch))
                {
                    Analyze(operation, TorchProgram.Of(operation.Compilation, torch));
                }
            },
            OperationKind.Invocation,
            OperationKind.ObjectCreation);

    private static void Analyze(OperationContext context, TorchProgram program)
    {
        foreach (UndividedLoss loss in program.UndividedLosses.Of(context.Operation))
        {
            if (Reductions.Of(loss.Loss.Call, loss.Loss.Body, program) == (loss.Sum is null ? "Sum" : "None")
                && program.Events.Of(loss.Body) is { } graph && graph.At(loss.Backward.Syntax, EventKind.Backward) is { } backward
                && Repetition.Of(backward, graph, program).Select(repetition => Batches(repetition, program)).FirstOrDefault(found => found is not null) is var (loader, optimizer))
            {
                context.ReportDiagnostic(Diagnostic.Create(
                    Descriptor,
                    Reductions.ArgumentOf(context.Operation, program.Torch)?.Value.Syntax.GetLocation() ?? TensorCall.From(context.Operation, program.Torch)!.Value.Location,
                    [loss.Backward.Syntax.GetLocation()],
                    loss.Loss.Name,
                    optimizer,
                    loader,
                    loss.Sum is null ? "'Reduction.Mean'" : "'mean()'"));
                return;
            }
        }
    }

    private static bool IsSum(IOperation operation, TorchSymbols torch) => operation is IInvocationOperation { TargetMethod.Name: "sum" }
        && TensorCall.From(operation, torch) is { } sum && sum.Argument("dim", "dim0") is null;

    /// <summary>The data loader and the optimizer where a loop takes a step on each batch of it, null where the size of a batch or of a step is not as it seems.</summary>
    private static (string Loader, Receiver Optimizer)? Batches(Repetition repetition, TorchProgram program)
    {
        if (repetition.Loop is not CommonForEachStatementSyntax loop || repetition.Graph.Body.Model.GetOperation(loop.Expression) is not { } loader
            || !program.Torch.IsDataLoader(loader.WithoutConversion().Type) || IsOfOneSize(loader, repetition.Graph.Body, program, depth: 3))
        {
            return null;
        }
        var inside = program.Called.In(loop, repetition.Graph).ToList();
        var steps = inside.Where(one => one.Is(EventKind.OptimizerStep)).ToList();
        return steps.Count == 1 && Loops.AlwaysRuns(steps[0].Outer.Syntax, loop) && inside.Count(one => one.Is(EventKind.Backward)) == 1
            && !inside.Any(one => one.IsOpaque || one.Is(EventKind.Gradient | EventKind.ClipGradients))
            && !loop.DescendantTokens().Any(token => token.ValueText is "LearningRate")
            && steps[0].Receiver is { } optimizer && StepsBySize(optimizer, repetition.Graph.Body, program)
                ? (loader.Name(), optimizer)
                : null;
    }

    /// <summary>Whether a loader leaves a last batch that is smaller out, or gives one example at a time.</summary>
    private static bool IsOfOneSize(IOperation? loader, MethodBody body, TorchProgram program, int depth)
    {
        IEnumerable<(IOperation? Value, MethodBody? Body)> values = loader?.WithoutConversion() switch
        {
            ILocalReferenceOperation { Local: var local } => body.Locals.WritesOf(local).Select(value => (value, (MethodBody?)body)),
            IMemberReferenceOperation { Member: var member } => program.Values.AssignedTo(member).Select(value => (value, value is null ? null : program.Bodies.Around(value.Syntax))),
            IParameterReferenceOperation { Parameter: { ContainingSymbol: IMethodSymbol method } parameter } => program.References.Of(method).SelectMany(call => CallBinding.ArgumentsOf(call))
                .Where(argument => TorchSymbols.Same(argument.Parameter?.OriginalDefinition, parameter.OriginalDefinition))
                .Select(argument => ((IOperation?)argument.Value, program.Bodies.Around(argument.Syntax))),
            _ => [],
        };
        return CallBinding.ArgumentsOf(loader?.WithoutConversion()!).Any(argument => argument.Parameter?.Name switch
            {
                "drop_last" => argument.Value.ConstantValue is not { HasValue: true, Value: false },
                "batchSize" => argument.Value.Number() is 1,
                _ => false,
            })
            || (depth > 0 && values.Any(value => value.Body is { } around && IsOfOneSize(value.Value, around, program, depth - 1)));
    }

    /// <summary>Whether an optimizer certainly takes steps as large as the gradients are, at a rate that is written down.</summary>
    private static bool StepsBySize(Receiver optimizer, MethodBody body, TorchProgram program)
    {
        var creations = CallSites.OuterNames(body, optimizer, program).Select(site => (site.Module, site.Graph.Body)).Prepend((optimizer, body))
            .SelectMany(name => OptimizerParameters.CreationsOf(name.Item1, name.Item2, program)).ToList();
        return creations.Count > 0 && creations.TrueForAll(creation => creation.Type?.Name is "SGD" or "ASGD" && CallBinding.ArgumentsOf(creation)
            .Where(argument => argument.Parameter?.Name is "learningRate" or "lr").All(rate => rate.Value.ConstantValue.HasValue || rate.Value.Symbol() is not null));
    }
}

using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Shapes;

/// <summary>TG6004: a softmax, an argmax or a mean runs over the examples of a batch instead of the classes or features of each.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class WrongAxisReduction() : TorchAnalyzer(Descriptor)
{
    /// <summary>The property with the dimension that was meant, where that is certain; the dimension that is given is then the last of the other places.</summary>
    internal const string Dimension = nameof(Dimension);

    private static readonly string[] Softmaxes = ["Softmax", "LogSoftmax", "Softmin"];

    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.WrongAxisReduction,
        nameof(WrongAxisReduction),
        "A reduction runs over the batch",
        "{0}. {1}.",
        "The first axis of a batch is its examples. What is normalised, averaged or searched along it mixes them.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch)
    {
        var hasLayer = new Lazy<bool>(() => Softmaxes.Any(TorchProgram.Of(context.Compilation, torch).References.Mentions));
        RegisterOperationAction(
            context,
            operation =>
            {
                Kind kind = KindOf(operation, torch, hasLayer);
                if (kind != Kind.None)
                {
                    Analyze(operation, kind, TorchProgram.Of(operation.Compilation, torch));
                }
            },
            OperationKind.Invocation,
            OperationKind.ObjectCreation);
    }

    private enum Kind
    {
        None,
        Softmax,
        Argmax,
        Mean,
    }

    /// <remarks>What names a dimension behind the first, or the last, is left alone without looking any further.</remarks>
    private static Kind KindOf(OperationContext context, TorchSymbols torch, Lazy<bool> hasLayer)
    {
        IOperation operation = context.Operation;
        if (TensorCall.From(operation, torch) is { } call)
        {
            return call.Name switch
            {
                "softmax" or "log_softmax" or "softmin" when MayBeFirst(call.Argument("dim")) => Kind.Softmax,
                "argmax" when AxisMap.DimensionsOf(call) is { Count: 0 } => Kind.Argmax,
                "mean" or "sum" or "amax" or "max" when AxisMap.DimensionsOf(call) is { } dimensions
                    && (dimensions.Count == 0 ? context.ContainingSymbol.Name == "forward" : dimensions.Any(MayBeFirst)) => Kind.Mean,
                _ => Kind.None,
            };
        }
        if (operation.Type is { } type && Activation.Of(type, torch) is { IsSoftmax: true })
        {
            return MayBeFirst(new Layer((INamedTypeSymbol)type, operation).Argument("dim")) ? Kind.Softmax : Kind.None;
        }
        // softmax.call(x), where softmax may be declared as any module.
        return operation is IInvocationOperation forward && EventVocabulary.IsForward(forward, torch) && torch.IsTensor(forward.Type)
            && hasLayer.Value ? Kind.Softmax : Kind.None;
    }

    private static bool MayBeFirst(IOperation? dimension) => dimension?.Number() is { } number && MayBeFirst((long)number);

    private static bool MayBeFirst(long dimension) => dimension is 0 or < -1;

    private static void Analyze(OperationContext context, Kind kind, TorchProgram program)
    {
        if (kind == Kind.Argmax)
        {
            AnalyzeArgmax(context, program);
            return;
        }
        foreach (BatchStep step in program.BatchSteps.Through(context.Operation))
        {
            if (step is { Way: { IsAlone: true, Consumer.IsTarget: false } } && (kind == Kind.Softmax ? Normalizes(context, step, program) : Averages(context, step)))
            {
                return;
            }
        }
        if (kind == Kind.Softmax)
        {
            AnalyzeAttention(context, program);
        }
    }

    private static void AnalyzeAttention(OperationContext context, TorchProgram program)
    {
        if (TensorCall.From(context.Operation, program.Torch) is not { Name: "softmax" } named || named.Argument("dim")?.Number() is not 0
            || !program.References.Mentions("matmul") && !program.References.Mentions("bmm")
            || program.Bodies.Around(context.Operation.Syntax) is not { } body || TensorCall.From(body.Model.GetOperation(context.Operation.Syntax), program.Torch) is not { } call
            || AttentionWeights.AppliedBy(call, body, program) is not { } applied)
        {
            return;
        }
        context.ReportDiagnostic(Diagnostic.Create(
            Descriptor,
            call.Location,
            [applied.Syntax.GetLocation(), call.Argument("dim")!.Syntax.GetLocation()],
            ImmutableDictionary<string, string?>.Empty.Add(Dimension, "-1"),
            $"softmax over dimension 0 normalises over the examples of a batch, so that each changes what '{applied.TargetMethod.Name}' takes of the others",
            "Normalise over dimension -1, the positions that are attended to"));
    }

    private static bool Normalizes(OperationContext context, BatchStep step, TorchProgram program)
    {
        if (step.Way.Weights is not null || step.Input.Features == 1 || (step.Layer is { } layer && Activation.Of(layer.Type, program.Torch) is not { IsSoftmax: true })
            || ArgumentOf(step) is not { } given || given.Number() is not { } dim || !ClassAxis.IsOther(step, (long)dim, program))
        {
            return false;
        }
        IOperation consumer = step.Way.Consumer.Operation;
        bool canReplace = dim == 0 && step.Way.KeepsAxes && given.Syntax.SyntaxTree == context.Operation.Syntax.SyntaxTree;
        context.ReportDiagnostic(Diagnostic.Create(
            Descriptor,
            step.Function?.Location ?? context.Operation.Syntax.GetLocation(),
            [consumer.Syntax.GetLocation(), given.Syntax.GetLocation()],
            canReplace ? ImmutableDictionary<string, string?>.Empty.Add(Dimension, "1") : null,
            string.Format(
                CultureInfo.InvariantCulture, "{0} over dimension {1} normalises over the examples of a batch, so that each changes the probabilities of the others in '{2}'",
                step.Function?.Name ?? step.Layer!.Type.Name, dim, step.Way.Consumer.Name),
            "Normalise over dimension 1, the classes"));
        return true;
    }

    private static bool Averages(OperationContext context, BatchStep step)
    {
        if (step is not { Function: { } call, Way.Consumer: { Target.Taken.Axis.Index: 0, Loss: { } loss }, Input: { Evidence: BatchEvidence.Stacked, Loader.HasSeveral: true } input }
            || AxisMap.DimensionsOf(call) is not { } dimensions || !(dimensions.Count == 0 ? call.Argument("other") is null : dimensions.Any(input.LiesAlong)))
        {
            return false;
        }
        context.ReportDiagnostic(Diagnostic.Create(
            Descriptor,
            call.Location,
            [loss.Call.Syntax.GetLocation()],
            $"{call.Name} leaves one result for the whole batch of '{call.Input.Name()}', which '{loss.Name}' compares with the target of every example",
            "Reduce the axes behind the batch only"));
        return true;
    }

    private static void AnalyzeArgmax(OperationContext context, TorchProgram program)
    {
        TensorCall call = TensorCall.From(context.Operation, program.Torch)!.Value;
        if (program.BatchSteps.At(context.Operation).FirstOrDefault()?.Taken is not { Axis: { Index: 0, LeastRank: > 1 } axis, Loader.HasSeveral: true } taken
            || Comparison.Of(context.Operation, program.Torch) is not { } comparison)
        {
            return;
        }
        string? dimension = axis is { IsRank: true, LeastRank: 2 } ? "1" : taken.Features is not null ? "-1" : null;
        context.ReportDiagnostic(Diagnostic.Create(
            Descriptor,
            call.Location,
            [comparison.Syntax.GetLocation()],
            dimension is null ? null : ImmutableDictionary<string, string?>.Empty.Add(Dimension, dimension),
            $"argmax() gives one index into the whole batch of '{call.Input.Name()}', where every example is to have its class",
            $"Use argmax({dimension ?? "1"})"));
    }

    private static IOperation? ArgumentOf(BatchStep step) => step.Function is { } function ? function.Argument("dim") : step.Layer?.Argument("dim");
}

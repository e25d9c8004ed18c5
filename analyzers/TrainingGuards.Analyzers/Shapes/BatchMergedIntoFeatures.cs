using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Shapes;

/// <summary>TG6002: a view or a flatten puts numbers of several examples into one row.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class BatchMergedIntoFeatures() : TorchAnalyzer(Descriptor)
{
    /// <summary>The property with the numbers of an example, where flatten(1) and a Linear layer of so many inputs are the cure; empty where the layer has them already.</summary>
    internal const string Inputs = nameof(Inputs);

    /// <summary>The property with the place of the first size among the arguments.</summary>
    internal const string FirstSize = nameof(FirstSize);

    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.BatchMergedIntoFeatures,
        nameof(BatchMergedIntoFeatures),
        "A view or flatten merges the examples of a batch",
        "{0}({1}) puts numbers of several examples of '{2}' into one row, because {3}. {4}.",
        "Whatever is reshaped in a model must leave the examples apart: the first size stays the size of the batch.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterOperationAction(
            context,
            operation =>
            {
                if (TensorCall.From(operation.Operation, torch) is { } call && (IsWhole(call) || MayMerge(call)) && !operation.Operation.Syntax.ContainsDiagnostics)
                {
                    Analyze(operation, call, TorchProgram.Of(operation.Compilation, torch));
                }
            },
            OperationKind.Invocation);

    // flatten(), view(-1)
    private static bool IsWhole(TensorCall call) => call.Name switch
    {
        "flatten" => AxisMap.StartOf(call) == 0 && call.Argument("end_dim", "dims") is null,
        "view" or "reshape" => AxisMap.SizesOf(call) is { Count: 1 } sizes && Dimensions.IsInferred(sizes[0]),
        _ => false,
    };

    // view(-1, 320), view(x.shape[1], -1)
    private static bool MayMerge(TensorCall call) => call.Name is "view" or "reshape" && AxisMap.SizesOf(call) is { Count: > 1 } sizes
        && (Dimensions.IsInferred(sizes[0]) ? sizes.Skip(1).All(size => size.Number() > 0) : Dimensions.IsInferred(sizes[sizes.Count - 1]) && sizes[0].Number() is null);

    private static void Analyze(OperationContext context, TensorCall call, TorchProgram program)
    {
        foreach (BatchStep step in program.BatchSteps.Through(context.Operation))
        {
            if (step is { Way: { IsAlone: true, Consumer: { IsTarget: false, Loss: { } loss } }, Input: { Axis.Index: 0 } input, Function: { } function }
                && (IsWhole(call) ? Flattened(step, loss) : Uneven(function, input) ?? Moved(function, step, program)) is var (reason, cure))
            {
                IOperation? inputs = LiteralInputs(function, step);
                context.ReportDiagnostic(Diagnostic.Create(
                    Descriptor,
                    call.Location,
                    inputs is null ? [loss.Call.Syntax.GetLocation()] : [loss.Call.Syntax.GetLocation(), inputs.Syntax.GetLocation()],
                    Cure(function, step, inputs),
                    call.Name,
                    string.Join(", ", Given(call).Select(argument => argument.Syntax.ToString())),
                    call.Input.Name(),
                    reason,
                    cure));
                return;
            }
        }
    }

    private static IEnumerable<IOperation> Given(TensorCall call) => call.Invocation.Arguments
        .Where(argument => argument.ArgumentKind != ArgumentKind.DefaultValue && argument.Value != call.Input)
        .SelectMany(argument => ListedValues.ElementsOf(argument.Value) ?? [argument.Value]);

    private static ImmutableDictionary<string, string?>? Cure(TensorCall call, BatchStep step, IOperation? inputs) =>
        inputs is null && (call.Name != "flatten" || step.Way.Next is null) ? null
        : ImmutableDictionary<string, string?>.Empty
            .Add(Inputs, inputs is null ? "" : step.Input.Example!.Count!.Value.ToString(CultureInfo.InvariantCulture))
            .Add(FirstSize, call.Invocation.TargetMethod.IsStatic && call.Method.MethodKind != MethodKind.ReducedExtension ? "1" : "0");

    /// <summary>The number of inputs of the Linear layer behind a view of rows of that many numbers, where it is written in the same file.</summary>
    private static IOperation? LiteralInputs(TensorCall view, BatchStep step) =>
        view.Name != "flatten" && step is { Way.Next: { Type.Name: "Linear" } linear, Input.Example.Count: not null } && AxisMap.SizesOf(view) is { Count: 2 } sizes
        && linear.Argument("inputSize")?.WithoutConversion() is ILiteralOperation literal && literal.Number() == sizes[1].Number() && literal.Syntax.SyntaxTree == view.Invocation.Syntax.SyntaxTree
            ? literal
            : null;

    /// <summary>All in one row, before a Linear layer, or where the loss has a row for each example.</summary>
    private static (string Reason, string Cure)? Flattened(BatchStep step, LossCall loss) =>
        step.Input is { Features: not 1 } input && HasSeveral(step)
        && (step.Way.Next is { Type.Name: "Linear" } linear ? linear.Number("inputSize") is not (null or 1)
            : step.Way is { Next: null, Weights: null, KeepsAxes: true } && input.Features > 1 && step.Way.Consumer.Target?.Taken.Axis is { Index: 0 })
            ? ("it begins at dimension 0", step.Way.Next is null ? $"Give '{loss.Name}' what a flatten(1) leaves" : "Use flatten(1)")
            : null;

    /// <summary>Rows whose length does not divide an example.</summary>
    private static (string Reason, string Cure)? Uneven(TensorCall view, Batch input)
    {
        if (!Dimensions.IsInferred(AxisMap.SizesOf(view)![0]) || ExampleShape.Viewed(AxisMap.SizesOf(view)!)?.Count is not { } row || input.Example?.Count is not { } count || count % row == 0
            // What says 2 * 784 pairs examples on purpose.
            || (row % count == 0 && AxisMap.SizesOf(view)!.Any(size => size.WithoutConversion() is IBinaryOperation)))
        {
            return null;
        }
        return (
            string.Format(CultureInfo.InvariantCulture, "a row has {0} numbers and an example {1}", row, count),
            string.Format(CultureInfo.InvariantCulture, "Use flatten(1), and layers that take {0} numbers", count));
    }

    /// <summary>A size of each example where the batch was.</summary>
    private static (string Reason, string Cure)? Moved(TensorCall view, BatchStep step, TorchProgram program)
    {
        IReadOnlyList<IOperation> sizes = AxisMap.SizesOf(view)!;
        if (!HasSeveral(step) || step.Input.Axis is not { LeastRank: > 1 } || step.Body.Outermost.Graph is not { } graph)
        {
            return null;
        }
        var dimensions = new Dimensions(graph, program.Torch);
        Extent?[] extents = [.. sizes.Select(dimensions.ExtentOf)];
        return extents[0]?.Name is { Axis: > 0 and var axis, Owner: var owner } && dimensions.ShapeOf(view.Input)?[axis]?.Name is { } own && own.Owner.Equals(owner)
            && !extents.Skip(1).Any(extent => extent is not null && extent.Mentions(new SizeName(owner, 0)))
            ? (string.Format(CultureInfo.InvariantCulture, "dimension {0} takes the place of the batch", axis), "Keep shape[0] first, or permute")
            : null;
    }

    private static bool HasSeveral(BatchStep step) => step.Input.Loader is { HasSeveral: true } || step.Way.Consumer.Target?.Taken is { Axis.Index: 0, Loader.HasSeveral: true };
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Shapes;

/// <summary>TG6001: a view or reshape is given the tensor's own dimensions in another order, where a permute was meant.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ViewInsteadOfPermute() : TorchAnalyzer(Descriptor)
{
    /// <summary>The property with the call to make instead, where it is certain.</summary>
    internal const string Instead = nameof(Instead);

    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.ViewInsteadOfPermute,
        nameof(ViewInsteadOfPermute),
        "A view or reshape gives a tensor its own dimensions in another order",
        "{0}({1}) gives '{2}' its own dimensions in another order but moves no element, so values of different examples and positions mix. "
            + "Use {3} instead.",
        "A view cuts the same row of elements at other places. To exchange dimensions the elements must be addressed in another order: permute.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterOperationAction(
            context,
            operation =>
            {
                if (TensorCall.From(operation.Operation, torch) is { Name: "view" or "reshape" } call && call.Argument("shape") is { } shape && CanReorder(shape))
                {
                    Analyze(operation, call, shape, torch);
                }
            },
            OperationKind.Invocation);

    /// <remarks>With one size and a −1, as most views have, there is nothing to exchange, and no graph to build.</remarks>
    private static bool CanReorder(IOperation shape) =>
        shape is not IArrayCreationOperation { Initializer.ElementValues: var sizes } || sizes.Count(size => !Dimensions.IsInferred(size)) > 1;

    private static void Analyze(OperationContext context, TensorCall call, IOperation shape, TorchSymbols torch)
    {
        ControlFlowGraph graph = context.GetControlFlowGraph();
        var dimensions = new Dimensions(graph, torch);
        if (dimensions.ElementsOf(shape) is not { Count: > 1 } sizes)
        {
            return;
        }
        IReadOnlyList<Extent?> after = dimensions.Resolved(call.Input, sizes);
        int inferred = Enumerable.Range(0, sizes.Count).Where(i => Dimensions.IsInferred(sizes[i])).DefaultIfEmpty(-1).First();
        Shape? before = dimensions.ShapeOf(call.Input);
        if (((before is null ? null : Regrouping.Find(before, after, inferred < 0 ? null : inferred)) ?? OfLayer(call.Input, after, dimensions, graph, torch)) is { } regrouping
            && !IsSkewed(Provenance.Of(graph).Trace(call.Input).Single))
        {
            string[] texts = [.. sizes.Select(size => size.Syntax.ToString())];
            string? instead = regrouping.Instead(call.Method.Name, texts);
            context.ReportDiagnostic(Diagnostic.Create(
                Descriptor,
                call.Location,
                [call.Input.Syntax.GetLocation()],
                ImmutableDictionary<string, string?>.Empty.Add(Instead, instead),
                call.Method.Name, string.Join(", ", texts), call.Input.Name(), instead ?? "permute"));
        }
    }

    /// <summary>The same of what a layer made: its axes are those of what the layer was given, but for the last.</summary>
    private static Regrouping? OfLayer(IOperation input, IReadOnlyList<Extent?> after, Dimensions dimensions, ControlFlowGraph graph, TorchSymbols torch) =>
        after.All(size => size is not null) && LayerInput.Of(input, Provenance.Of(graph), torch) is { } layer && dimensions.ShapeOf(layer.Input) is { } given
            ? Regrouping.Between(given, [.. after.Select(size => size!)], layer.IsEmbedded)
            : null;

    /// <remarks>Attention by relative position pads a matrix and views it with its sides exchanged, to shift each row by one more: on purpose.</remarks>
    private static bool IsSkewed(IOperation? made) => made is IInvocationOperation { TargetMethod.Name: "pad" or "cat" or "concat" or "hstack" };
}

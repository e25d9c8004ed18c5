using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Gradients;

/// <summary>TG1005: a loss is limited from above and then backpropagated, where the gradient was to be limited.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LossClipping() : TorchAnalyzer(Descriptor)
{
    /// <summary>The property with the expression of the model whose gradients are to be clipped instead, where it is certain.</summary>
    internal const string Model = nameof(Model);

    /// <summary>The property with the limit, where it is a constant.</summary>
    internal const string Limit = nameof(Limit);

    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.LossClipping,
        nameof(LossClipping),
        "A loss is clipped where its gradient was to be clipped",
        "'{0}' is limited by {1} before backward(), so an example or batch above the limit gets a zero gradient and is ignored. "
            + "Leave the loss as it is, and clip the gradients with clip_grad_norm_ between backward() and step().",
        "The derivative of clamp is zero outside its limits: what was to be tamed is not learned from at all.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterOperationAction(
            context,
            operation =>
            {
                if (TensorCall.From(operation.Operation, torch) is { } call && IsLimit(call))
                {
                    Analyze(operation, call, torch);
                }
            },
            OperationKind.Invocation);

    private static void Analyze(OperationContext context, TensorCall call, TorchSymbols torch)
    {
        var losses = new LossValues(context.GetControlFlowGraph(), torch);
        if (Limited(call, losses.Provenance, torch) is { } loss
            && losses.IsLoss(loss) == Answer.Yes
            && (losses.BackwardOf(call) ?? BackwardOfReturned(call, context, torch)) is { } backward)
        {
            IOperation? limit = call.Argument("max", "max_val");
            var properties = ImmutableDictionary<string, string?>.Empty
                .Add(Model, losses.ClipsGradients ? null : losses.ModelOf(loss, backward)?.Syntax.ToString())
                .Add(Limit, limit?.Number() is not null ? limit.Syntax.ToString() : null);
            context.ReportDiagnostic(Diagnostic.Create(
                Descriptor, call.Location, [backward.Syntax.GetLocation(), loss.Syntax.GetLocation()], properties, loss.Name(), call.Method.Name));
        }
    }

    /// <summary>A backward() of a caller, where the limited loss is returned.</summary>
    private static IInvocationOperation? BackwardOfReturned(TensorCall call, OperationContext context, TorchSymbols torch)
    {
        var program = TorchProgram.Of(context.Compilation, torch);
        if (program.Bodies.Around(call.Invocation.Syntax) is not { Outermost.Graph: { } graph } body
            || TensorCall.From(body.Model.GetOperation(call.Invocation.Syntax), torch) is not { } limit)
        {
            return null;
        }
        var losses = new LossValues(graph, torch);
        return ReturnedLosses.BackwardOf(body, returned => losses.IsReturned(limit, returned), program);
    }

    /// <remarks>A limit from below alone is a floor, as free bits and flooding want it.</remarks>
    private static bool IsLimit(TensorCall call) => call.Name switch
    {
        "clamp" or "clip" => call.Argument("max") is not null,
        "minimum" or "min" => call.Argument("other") is not null,
        "clamp_max" or "hardtanh" => true,
        _ => false,
    };

    /// <summary>The operand that is limited. The smaller of two losses is a choice between them, not a limit.</summary>
    private static IOperation? Limited(TensorCall call, Provenance provenance, TorchSymbols torch) =>
        call.Name is not ("minimum" or "min") ? call.Input
        : IsConstant(call.Argument("other")!, provenance, torch) ? call.Input
        : IsConstant(call.Input, provenance, torch) ? call.Argument("other")
        : null;

    /// <summary>Whether a tensor is made here from numbers alone.</summary>
    private static bool IsConstant(IOperation value, Provenance provenance, TorchSymbols torch) =>
        provenance.Trace(value).Single is IInvocationOperation { TargetMethod: { IsStatic: true } factory }
        && TorchSymbols.Same(factory.ContainingType, torch.Torch)
        && !factory.Parameters.Any(parameter => torch.IsTensor(parameter.Type));
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Gradients;

/// <summary>TG1010: parameters are written into others while gradients are recorded.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ParameterCopyRecorded() : TorchAnalyzer(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.ParameterCopyRecorded,
        nameof(ParameterCopyRecorded),
        "A parameter is written into another while gradients are recorded",
        "'{0}' writes '{1}' into the parameter '{2}' while gradients are recorded, so the update becomes part of a graph that grows with each call. Do it in 'using (no_grad())'.",
        "An update of weights is not to be differentiated: a target network or moving average that records its updates keeps every one of them.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterOperationAction(
            context,
            operation =>
            {
                if (TensorCall.From(operation.Operation, torch) is { IsInPlace: true, Name: "copy" or "add" or "sub" or "lerp" or "mul" or "div" or "addcmul" or "addcdiv" } call
                    && ParameterIn(call, torch) is not null)
                {
                    Analyze(operation, call, torch);
                }
            },
            OperationKind.Invocation);

    private static void Analyze(OperationContext context, TensorCall call, TorchSymbols torch)
    {
        var program = TorchProgram.Of(context.Compilation, torch);
        IOperation parameter = ParameterIn(call, torch)!;
        IOperation? source = call.Invocation.Arguments.Select(argument => argument.Value).Where(value => value != call.Input)
            .SelectMany(value => Differentiable(value, torch))
            .FirstOrDefault(other => !TorchSymbols.Same(other.Symbol(), parameter.Symbol()));
        if (source is not null && program.Bodies.Around(call.Invocation.Syntax) is { } body && program.Events.Of(body) is { } graph
            && graph.At(call.Invocation.Syntax, EventKind.Call) is { } point
            && !IsFrozen(source, body) && GradientRecording.IsOn(point, graph, program))
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Descriptor, call.Location, [source.Syntax.GetLocation()], call.Method.Name, source.Name(), parameter.Name()));
        }
    }

    /// <summary>The parameter that is changed, also at the end of a chain: <c>target.mul_(0.99).add_(…)</c>.</summary>
    private static IOperation? ParameterIn(TensorCall call, TorchSymbols torch)
    {
        IOperation input = call.Input.WithoutConversion();
        while (TensorCall.From(input, torch) is { IsInPlace: true } inner)
        {
            input = inner.Input.WithoutConversion();
        }
        return IsParameter(input, torch) ? input : null;
    }

    /// <summary>The parameters that a value is computed from with a history: none behind detach().</summary>
    private static IEnumerable<IOperation> Differentiable(IOperation value, TorchSymbols torch)
    {
        IOperation operand = value.WithoutConversion();
        return IsParameter(operand, torch) ? [operand] : operand switch
        {
            IConversionOperation conversion => Differentiable(conversion.Operand, torch),
            IBinaryOperation binary => Differentiable(binary.LeftOperand, torch).Concat(Differentiable(binary.RightOperand, torch)),
            IUnaryOperation unary => Differentiable(unary.Operand, torch),
            _ when TensorCall.From(operand, torch) is { Name: "add" or "sub" or "mul" or "div" or "clone" or "to" or "lerp" } call =>
                call.Invocation.Arguments.Select(argument => argument.Value).Append(call.Input).Distinct().SelectMany(part => Differentiable(part, torch)),
            _ => [],
        };
    }

    // The type is the symbol: what TorchSharp calls a Parameter is one.
    private static bool IsParameter(IOperation value, TorchSymbols torch) => value is ILocalReferenceOperation or IParameterReferenceOperation or IMemberReferenceOperation
        && TorchSymbols.DerivesFrom(value.Type, torch.Parameter);

    private static bool IsFrozen(IOperation source, MethodBody body) => source.Symbol() is { } symbol && body.Locals.Of(symbol).Any(mention =>
        mention.Parent is IPropertyReferenceOperation { Property.Name: "requires_grad" } or IInvocationOperation { TargetMethod.Name: "requires_grad_" });
}

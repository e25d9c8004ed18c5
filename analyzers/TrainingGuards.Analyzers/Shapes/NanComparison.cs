using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Shapes;

/// <summary>TG6008: a tensor, or a number read out of one, is compared with NaN, which nothing equals.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class NanComparison() : TorchAnalyzer(Descriptor)
{
    /// <summary>The property with the type whose IsNaN to call; a tensor has none.</summary>
    internal const string NumberType = nameof(NumberType);

    /// <summary>The property that is there where the comparison is for inequality.</summary>
    internal const string IsNegated = nameof(IsNegated);

    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.NanComparison,
        nameof(NanComparison),
        "A value is compared with NaN",
        "'{0}' is {1} whatever '{2}' is, for nothing equals NaN, not even NaN. Ask with {3}.",
        "NaN is unequal to every number and to itself: == NaN never fires, != NaN always does.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch)
    {
        RegisterOperationAction(
            context,
            operation =>
            {
                if (operation.Operation is IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } comparison
                    && IsOfLibrary(comparison.OperatorMethod, torch))
                {
                    Analyze(operation, comparison.LeftOperand, comparison.RightOperand, comparison.OperatorKind == BinaryOperatorKind.NotEquals, torch);
                }
            },
            OperationKind.Binary);
        RegisterOperationAction(
            context,
            operation =>
            {
                if (TensorCall.From(operation.Operation, torch) is { Name: "eq" or "ne" or "equal" or "not_equal" } comparison
                    && comparison.Argument("target", "right", "other") is { } other)
                {
                    Analyze(operation, comparison.Input, other, comparison.Name is "ne" or "not_equal", torch);
                }
            },
            OperationKind.Invocation);
    }

    private static void Analyze(OperationContext context, IOperation left, IOperation right, bool isNegated, TorchSymbols torch)
    {
        if (!IsFloating(left, torch) || !IsFloating(right, torch))
        {
            return;
        }
        var program = TorchProgram.Of(context.Compilation, torch);
        bool isRight = IsNan(right, program);
        if (!isRight && !IsNan(left, program))
        {
            return;
        }
        IOperation value = isRight ? left : right;
        while (value is IConversionOperation { IsImplicit: true, Operand: var operand } && !torch.IsTensor(value.Type))
        {
            value = operand;
        }
        bool isTensor = TorchSymbols.DerivesFrom(value.Type, torch.Tensor);
        // Numbers that have nothing to do with tensors are CA2242's.
        if (!isTensor && !new TensorReads(program).Any(value))
        {
            return;
        }
        string? type = isTensor ? null : value.Type!.ToMinimalDisplayString(context.Operation.SemanticModel!, value.Syntax.SpanStart);
        ImmutableDictionary<string, string?> facts = ImmutableDictionary<string, string?>.Empty.Add(NumberType, type);
        context.ReportDiagnostic(Diagnostic.Create(
            Descriptor,
            context.Operation.Syntax.GetLocation(),
            [value.Syntax.GetLocation()],
            isNegated ? facts.Add(IsNegated, "") : facts,
            context.Operation.Syntax,
            (isNegated ? "true" : "false") + (isTensor ? " everywhere" : ""),
            value.Name(),
            isTensor ? "isnan()" : $"{type}.IsNaN"));
    }

    private static bool IsOfLibrary(IMethodSymbol? comparison, TorchSymbols torch) => comparison is null || Visibility.IsOfFramework(comparison)
        || TorchSymbols.Same(comparison.ContainingAssembly, torch.Tensor.ContainingAssembly);

    // The cheap look at what can be NaN at all: most comparisons are of integers.
    private static bool IsFloating(IOperation operand, TorchSymbols torch) => operand.WithoutConversion().Type is { } type
        && (type.SpecialType is SpecialType.System_Single or SpecialType.System_Double || type.Name is "Half" or "BFloat16" or "Scalar"
            || TorchSymbols.DerivesFrom(type, torch.Tensor));

    private static bool IsNan(IOperation operand, TorchProgram program)
    {
        while (operand is IConversionOperation { ConstantValue.HasValue: false } or IParenthesizedOperation)
        {
            operand = operand is IConversionOperation conversion ? conversion.Operand : ((IParenthesizedOperation)operand).Operand;
        }
        return operand switch
        {
            { ConstantValue: { HasValue: true, Value: double number } } => double.IsNaN(number),
            { ConstantValue: { HasValue: true, Value: float number } } => float.IsNaN(number),
            IMemberReferenceOperation { Member: { Name: "NaN", IsStatic: true, ContainingType.Name: "Half" or "BFloat16" } } => true,
            ILocalReferenceOperation { Local: var local } => program.Bodies.Around(operand.Syntax)?.Locals.OnlyValueOf(local) is { } only
                && only is not ILocalReferenceOperation && IsNan(only, program),
            // torch.tensor(double.NaN), torch.full(2, double.NaN)
            IInvocationOperation { TargetMethod: { IsStatic: true, Name: "tensor" or "full" or "full_like" } factory } call =>
                TorchSymbols.Same(factory.ContainingType, program.Torch.Torch)
                && call.Arguments.Any(argument => argument.Parameter?.Name is "scalar" or "value" && IsNan(argument.Value, program)),
            _ => false,
        };
    }
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Shapes;

/// <summary>TG6007: shapes are compared as arrays, by reference, and are never equal.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ShapeReferenceComparison() : TorchAnalyzer(Descriptor)
{
    /// <summary>The property that is there where neither side can be null.</summary>
    internal const string IsCertainlyThere = nameof(IsCertainlyThere);

    /// <summary>The property that is there where SequenceEqual is in scope.</summary>
    internal const string HasSequenceEqual = nameof(HasSequenceEqual);

    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.ShapeReferenceComparison,
        nameof(ShapeReferenceComparison),
        "Shapes are compared by reference",
        "'{0}' asks whether two arrays are the same object, so equal shapes are never equal. Compare what is in them, with SequenceEqual.",
        "A tensor's shape is a new array each time it is asked for; == and Equals compare arrays by reference.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch)
    {
        RegisterOperationAction(
            context,
            operation =>
            {
                if (operation.Operation is IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals, OperatorMethod: null } comparison)
                {
                    Analyze(operation, comparison.LeftOperand, comparison.RightOperand, torch);
                }
            },
            OperationKind.Binary);
        RegisterOperationAction(
            context,
            operation =>
            {
                var call = (IInvocationOperation)operation.Operation;
                if (call.TargetMethod is { Name: "Equals", ContainingType.SpecialType: SpecialType.System_Object, ReturnType.SpecialType: SpecialType.System_Boolean }
                    && (call.Instance is { } instance ? new[] { instance } : []).Concat(call.Arguments.Select(argument => argument.Value)).ToArray() is { Length: 2 } sides)
                {
                    Analyze(operation, sides[0], sides[1], torch);
                }
            },
            OperationKind.Invocation);
    }

    private static void Analyze(OperationContext context, IOperation left, IOperation right, TorchSymbols torch)
    {
        (left, right) = (left.WithoutConversion(), right.WithoutConversion());
        if (!IsSizes(left.Type) || !IsSizes(right.Type) || left.ConstantValue.HasValue || right.ConstantValue.HasValue
            || TorchSymbols.Same(left.Symbol(), right.Symbol()))
        {
            return;
        }
        var arrays = new FreshArrays(TorchProgram.Of(context.Compilation, torch));
        if ((!arrays.IsFresh(left) && !arrays.IsFresh(right)) || (!arrays.IsShape(left) && !arrays.IsShape(right)))
        {
            return;
        }
        ImmutableDictionary<string, string?> facts = ImmutableDictionary<string, string?>.Empty;
        if (context.Operation.SemanticModel is { } model)
        {
            facts = IsThere(left, model) && IsThere(right, model) ? facts.Add(IsCertainlyThere, "") : facts;
            facts = model.LookupSymbols(left.Syntax.SpanStart, (INamespaceOrTypeSymbol)left.Type!, "SequenceEqual", includeReducedExtensionMethods: true).IsEmpty
                ? facts
                : facts.Add(HasSequenceEqual, "");
        }
        context.ReportDiagnostic(Diagnostic.Create(Descriptor, context.Operation.Syntax.GetLocation(), facts, context.Operation.Syntax));

        bool IsThere(IOperation side, SemanticModel model) => side is not IConditionalAccessOperation
            && (arrays.IsShape(side) || model.GetTypeInfo(side.Syntax).Nullability.FlowState == NullableFlowState.NotNull);
    }

    private static bool IsSizes(ITypeSymbol? type) => type is IArrayTypeSymbol { Rank: 1, ElementType.SpecialType: SpecialType.System_Int64 };
}

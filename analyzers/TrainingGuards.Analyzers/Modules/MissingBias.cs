using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Modules;

/// <summary>TG3013: a layer without a bias goes straight into an activation, with no normalisation between that would shift it.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MissingBias() : ConsecutiveStages(Descriptor, length: 2, seesThrough: true)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Strict(
        RuleIds.MissingBias,
        nameof(MissingBias),
        "A layer without a bias goes straight into an activation",
        "This {0} has no bias, and '{1}' follows with no normalisation between, so its units cannot shift their threshold. Leave {2}: false out.",
        "A bias is left out where a normalisation brings its own; without either, all units switch at zero.");

    private protected override void Analyze(OperationContext context, ImmutableArray<Stage> chain, int index, TorchSymbols torch)
    {
        Stage first = chain[index - 1], second = chain[index];
        if (first is { Layer: { Creation: { } creation } layer, IsAppliedOnce: true } && creation.Syntax.SyntaxTree == context.Operation.Syntax.SyntaxTree
            && second.ActivationIn(torch) is { IsSoftmax: false }
            && (Layers.IsLinear(layer.Type, torch) ? "hasBias" : Layers.IsConvolution(layer.Type, torch) ? "bias" : null) is { } parameter
            && layer.Constant(parameter) is false && !IsGate(second.Operation, torch))
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Descriptor, creation.Syntax.GetLocation(), [second.Operation.Syntax.GetLocation()], layer.Type.Name, second.Name, parameter));
        }
    }

    // A gate opens halfway where its input is nothing: w2(silu(w1(x)) * w3(x)) has none by design.
    private static bool IsGate(IOperation activation, TorchSymbols torch) => activation.Parent switch
    {
        IConversionOperation or IParenthesizedOperation => IsGate(activation.Parent, torch),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Multiply } => true,
        IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local, Parent: { } declaration } } => declaration.Parent?.Parent?.Descendants()
            .Any(mention => mention is ILocalReferenceOperation reference && TorchSymbols.Same(reference.Local, local) && IsGate(mention, torch)) == true,
        IInvocationOperation or IArgumentOperation => TensorCall.From(activation.Parent as IInvocationOperation ?? activation.Parent.Parent, torch) is { Name: "mul" or "multiply" },
        _ => false,
    };
}

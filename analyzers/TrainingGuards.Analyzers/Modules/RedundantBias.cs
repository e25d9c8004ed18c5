using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Modules;

/// <summary>TG3010: a layer has a bias, or drops values, right before a BatchNorm.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class RedundantBias() : ConsecutiveStages(Descriptor, length: 2, seesThrough: false)
{
    /// <summary>The property with the name of the parameter that turns the bias off.</summary>
    internal const string Switch = nameof(Switch);

    private static readonly DiagnosticDescriptor Descriptor = Rule.Info(
        RuleIds.RedundantBias,
        nameof(RedundantBias),
        "A bias or a Dropout stands right before a BatchNorm",
        "{0}. {1}.",
        "BatchNorm subtracts the mean of each channel, any bias included, and has a bias of its own.");

    private protected override void Analyze(OperationContext context, ImmutableArray<Stage> chain, int index, TorchSymbols torch)
    {
        Stage first = chain[index - 1], norm = chain[index];
        if (norm.Layer is not { } batchNorm || !Layers.IsBatchNorm(batchNorm.Type, torch) || first.Layer is not { Creation: { } creation } layer)
        {
            return;
        }
        if (Layers.IsDropout(layer.Type, torch) && layer.Number("p") is not 0)
        {
            Report(context, first.Operation, norm, parameter: null,
                $"'{layer.Type.Name}' right before '{batchNorm.Type.Name}' changes the variance in training alone, by which evaluation then normalises", "Put the Dropout after it");
        }
        // The user's own word is left alone, and so is a layer that something else may see.
        else if (BiasOf(layer, torch) is { } parameter && layer.IsDefault(parameter) && first.IsAppliedOnce && creation.Syntax.SyntaxTree == context.Operation.Syntax.SyntaxTree
            && (Layers.IsConvolution(layer.Type, torch) || IsSame(layer.Argument("outputSize"), batchNorm.Argument("num_features"))))
        {
            Report(context, creation, norm, parameter, $"The bias of this {layer.Type.Name} is subtracted again by the {batchNorm.Type.Name} that follows it", $"Leave it out with {parameter}: false");
        }
    }

    private static string? BiasOf(Layer layer, TorchSymbols torch) => Layers.IsConvolution(layer.Type, torch) ? "bias" : Layers.IsLinear(layer.Type, torch) ? "hasBias" : null;

    // Over [N, C, L] a BatchNorm1d counts along another dimension than a Linear.
    private static bool IsSame(IOperation? one, IOperation? other) => one is not null && other is not null
        && (one.Number() is { } size ? size == other.Number() : one.Symbol() is { } symbol && TorchSymbols.Same(symbol, other.Symbol()));

    private static void Report(OperationContext context, IOperation place, Stage norm, string? parameter, string fact, string advice) =>
        context.ReportDiagnostic(Diagnostic.Create(
            Descriptor, place.Syntax.GetLocation(), [norm.Operation.Syntax.GetLocation()], ImmutableDictionary<string, string?>.Empty.Add(Switch, parameter), fact, advice));
}

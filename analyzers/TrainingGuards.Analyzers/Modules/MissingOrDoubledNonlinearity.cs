using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Modules;

/// <summary>TG3008: two linear maps follow each other with no activation between, or an activation follows itself.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MissingOrDoubledNonlinearity() : ConsecutiveStages(Descriptor, length: 3, seesThrough: true)
{
    /// <summary>The property that says where the input of a doubled activation's call stands; one in a list of layers has none.</summary>
    internal const string Input = nameof(Input);

    /// <summary>The property that is there if the reported activation is one too many.</summary>
    internal const string IsDoubled = nameof(IsDoubled);

    private static readonly DiagnosticDescriptor Descriptor = Rule.Info(
        RuleIds.MissingOrDoubledNonlinearity,
        nameof(MissingOrDoubledNonlinearity),
        "A nonlinearity is missing between two layers, or stands twice",
        "{0}. {1}.",
        "Two linear maps in a row are one linear map; a rectifier after itself does nothing.");

    private protected override void Analyze(OperationContext context, ImmutableArray<Stage> chain, int index, TorchSymbols torch)
    {
        Stage first = chain[index - 1], second = chain[index];
        if (IsOneMap(first.Layer, second.Layer, torch))
        {
            Report(context, second, first, isDoubled: false,
                $"No activation stands between this {second.Name} and the {first.Name} before it, so the two are one linear map", "Put an activation between them, or make them one layer");
        }
        else if (second.ActivationIn(torch) is { } activation && TwinOf(chain, index, activation, torch) is { } twin)
        {
            Report(context, second, twin, isDoubled: true, $"'{second.Name}' is applied to what '{twin.Name}' has been applied to already", "Remove one of the two");
        }
    }

    /// <summary>The same activation directly before, or with a BatchNorm between.</summary>
    private static Stage? TwinOf(ImmutableArray<Stage> chain, int index, Activation activation, TorchSymbols torch)
    {
        bool isAfterNorm = index > 1 && chain[index - 1].Layer is { } norm && Layers.IsBatchNorm(norm.Type, torch);
        Stage before = chain[isAfterNorm ? index - 2 : index - 1];
        return before.ActivationIn(torch)?.Name == activation.Name ? before : null;
    }

    /// <summary>Whether two layers are no more than one: no narrow middle makes them a factorisation, as a bottleneck and LoRA are.</summary>
    private static bool IsOneMap(Layer? first, Layer? second, TorchSymbols torch)
    {
        if (first is null || second is null)
        {
            return false;
        }
        if (Layers.IsLinear(first.Type, torch) && Layers.IsLinear(second.Type, torch))
        {
            return IsWide(first.Number("inputSize"), first.Number("outputSize"), second.Number("outputSize"));
        }
        return Layers.IsConvolution(first.Type, torch) && TorchSymbols.Same(first.Type, second.Type) && IsFull(first) && IsFull(second)
            && IsWide(first.Number("in_channels"), first.Number("out_channels"), second.Number("out_channels"));
    }

    private static bool IsWide(double? input, double? middle, double? output) =>
        input is { } from && middle is { } over && output is { } to && over >= Math.Min(from, to);

    // Depthwise, pointwise and one-dimensional kernels are halves of a factorised convolution.
    private static bool IsFull(Layer convolution) => convolution.Number("groups") is 1 && convolution.Number("kernel_size") is > 1;

    private static void Report(OperationContext context, Stage place, Stage other, bool isDoubled, string fact, string advice)
    {
        string? input = place.Function is { } function ? (function.Method.IsStatic && !function.Method.IsExtensionMethod ? "Argument" : OutputActivation.Receiver)
            : place.Operation is Microsoft.CodeAnalysis.Operations.IInvocationOperation { Instance: not null } ? "Argument"
            : null;
        context.ReportDiagnostic(Diagnostic.Create(
            Descriptor,
            place.Operation.Syntax.GetLocation(),
            [other.Operation.Syntax.GetLocation()],
            ImmutableDictionary<string, string?>.Empty.Add(IsDoubled, isDoubled ? "true" : null).Add(Input, input),
            fact,
            advice));
    }
}

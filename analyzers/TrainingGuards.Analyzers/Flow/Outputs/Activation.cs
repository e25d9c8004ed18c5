using Microsoft.CodeAnalysis;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>A nonlinearity: its name as TorchSharp's module has it, and the interval that its outputs lie in.</summary>
internal sealed class Activation(string name, Interval range)
{
    // Minima of the smooth rectifiers, to three digits and rounded outwards.
    private static readonly Activation[] Every =
    [
        new("ReLU", Interval.AtLeast(0)), new("ReLU6", new Interval(0, 6)), new("LeakyReLU", Interval.All), new("PReLU", Interval.All),
        new("RReLU", Interval.All), new("GELU", Interval.AtLeast(-0.171)), new("SiLU", Interval.AtLeast(-0.279)), new("Mish", Interval.AtLeast(-0.309)),
        new("Hardswish", Interval.AtLeast(-0.375)), new("ELU", Interval.All), new("CELU", Interval.All), new("SELU", Interval.AtLeast(-1.759)),
        new("Sigmoid", new Interval(0, 1)), new("Hardsigmoid", new Interval(0, 1)), new("Tanh", new Interval(-1, 1)), new("Hardtanh", Interval.All),
        new("Softsign", new Interval(-1, 1)), new("Softplus", Interval.AtLeast(0)), new("Softmax", new Interval(0, 1)), new("Softmax2d", new Interval(0, 1)),
        new("Softmin", new Interval(0, 1)), new("LogSoftmax", Interval.AtMost(0)), new("LogSigmoid", Interval.AtMost(0)), new("Tanhshrink", Interval.All),
        new("Softshrink", Interval.All), new("Hardshrink", Interval.All), new("Threshold", Interval.All),
    ];

    private static readonly Dictionary<string, Activation> ByType = Every.ToDictionary(activation => activation.Name, StringComparer.Ordinal);

    // The functions leave the underscores out as often as not: log_softmax but logsigmoid, leaky_relu but relu6.
    private static readonly Dictionary<string, Activation> ByFunction =
        Every.ToDictionary(activation => activation.Name.ToLowerInvariant(), StringComparer.Ordinal);

    public string Name { get; } = name;

    /// <summary>Where its outputs lie.</summary>
    public Interval Range { get; } = range;

    /// <summary>Whether it can output any number at all.</summary>
    public bool IsUnbounded => double.IsNegativeInfinity(Range.Low) && double.IsPositiveInfinity(Range.High);

    /// <summary>Softmax and its like: a distribution over units, or its logarithm.</summary>
    public bool IsSoftmax => Name is "Softmax" or "Softmax2d" or "Softmin" or "LogSoftmax";

    /// <summary>The activation that a layer is, null for any other layer.</summary>
    public static Activation? Of(ITypeSymbol type, TorchSymbols torch) =>
        Layers.IsBuiltIn(type, torch) && ByType.TryGetValue(type.Name, out Activation? found) ? found : null;

    /// <summary>The activation that a function applies, null for any other function.</summary>
    public static Activation? Of(TensorCall call) =>
        ByFunction.TryGetValue(call.Name.Replace("_", "").ToLowerInvariant(), out Activation? found) ? found : null;
}

using System.Reflection;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>The activations that are judged: modules and functions of the same name do the same.</summary>
internal static class ActivationKind
{
    private static readonly string[] Saturating = ["Tanh", "Sigmoid"], Rectifying = ["ReLU", "ReLU6"];

    private static readonly Dictionary<string, string> Functions = new(StringComparer.Ordinal)
    {
        ["tanh"] = "Tanh", ["tanh_"] = "Tanh", ["sigmoid"] = "Sigmoid", ["sigmoid_"] = "Sigmoid", ["expit"] = "Sigmoid",
        ["relu"] = "ReLU", ["relu_"] = "ReLU", ["relu6"] = "ReLU6",
    };

    /// <summary>Whether far from 0 its slope is next to 0 on either side.</summary>
    public static bool Saturates(string kind) => Saturating.Contains(kind);

    /// <summary>Whether it returns 0 below 0.</summary>
    public static bool Rectifies(string kind) => Rectifying.Contains(kind);

    public static bool IsJudged(string kind) => Saturates(kind) || Rectifies(kind);

    /// <summary>The name of the module that does what a function of torch's does; null where it is no activation that is judged.</summary>
    public static string? OfFunction(MethodBase function) =>
        function.DeclaringType?.Assembly == typeof(Tensor).Assembly && (function.IsStatic || function.DeclaringType == typeof(Tensor)) ? Functions.GetValueOrDefault(function.Name) : null;

    /// <summary>What it returns.</summary>
    public static Tensor Apply(string kind, Tensor values) => kind switch
    {
        "Tanh" => values.tanh(),
        "Sigmoid" => values.sigmoid(),
        "ReLU" => values.relu(),
        "ReLU6" => values.clamp(0, 6),
        _ => throw new ArgumentException($"{kind} is no activation that is judged.", nameof(kind)),
    };
}

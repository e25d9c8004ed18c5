using System.Reflection;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Localisation;

/// <summary>Whether a model uses ReLU: as a module, inside one of torch's transformers, or by a call in a method of the user's modules.</summary>
internal static class ReluUses
{
    private static readonly string[] Functions = ["relu", "relu_", "relu6", "relu6_"], Types = ["ReLU", "ReLU6"];

    public static bool In(nn.Module model, Delegate? forward) =>
        ModelTensors.Modules(model).Any(part => ModuleKind.IsTorch(part.Module) ? IsRelu(part.Module.GetType().Name) : Methods(part.Module.GetType()).Any(Calls))
        || (forward is not null && Calls(forward.Method));

    private static bool IsRelu(string type) => Types.Contains(type) || type.StartsWith("Transformer", StringComparison.Ordinal);

    private static IEnumerable<MethodInfo> Methods(Type type)
    {
        for (Type? t = type; t is not null && t.Assembly != typeof(Tensor).Assembly; t = t.BaseType)
            foreach (MethodInfo method in t.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)) yield return method;
    }

    private static bool Calls(MethodInfo method) =>
        MethodCalls.Of(method).Any(call => call.Callee.DeclaringType?.Assembly == typeof(Tensor).Assembly && Functions.Contains(call.Callee.Name));
}

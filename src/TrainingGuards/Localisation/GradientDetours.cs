using System.Reflection;
using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Localisation;

/// <summary>Calls by which the user's code makes a gradient another than the derivative, on purpose or not.</summary>
internal static class GradientDetours
{
    private static readonly string[] Cuts = ["detach", "detach_", "no_grad", "inference_mode", "set_grad_enabled"];

    /// <summary>The first call that takes a tensor out of the graph; null where there is none.</summary>
    public static SuspectCall? Cut(IEnumerable<MethodBase?> methods) =>
        SuspectCalls.Find(methods, callee => callee.DeclaringType?.Assembly == typeof(Tensor).Assembly && Cuts.Contains(callee.Name));

    /// <summary>The first call of a function whose backward is the user's own; null where there is none.</summary>
    public static SuspectCall? OwnFunction(IEnumerable<MethodBase?> methods) => SuspectCalls.Find(methods, callee =>
        callee.Name is "apply" && callee.DeclaringType is { } type && type.Assembly == typeof(Tensor).Assembly && type.Name is "SingleTensorFunction`1" or "MultiTensorFunction`1");

    /// <summary>The first call that edits a tensor in place; null where there is none.</summary>
    public static SuspectCall? Edit(IEnumerable<MethodBase?> methods) => SuspectCalls.Find(methods, callee =>
        callee.DeclaringType?.Assembly == typeof(Tensor).Assembly && ((callee.Name.EndsWith('_') && callee.Name is not "requires_grad_") || callee.Name is "set_Item"));

    /// <summary>The call in words: <c>detach (Vq.cs:42)</c>.</summary>
    public static string Text(SuspectCall call)
    {
        string name = call.Callee.Name == "apply" ? TypeText.Of(call.Callee.DeclaringType!.GetGenericArguments()[0]) : call.Callee.Name;
        return call.Source is null ? name : $"{name} ({call.Source})";
    }
}

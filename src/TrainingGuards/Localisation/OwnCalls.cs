using System.Reflection;
using static TorchSharp.torch;

namespace TrainingGuards.Localisation;

/// <summary>Which of torch's functions a module of the user's calls in its forward, and in the methods of its own that forward calls.</summary>
internal static class OwnCalls
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>Their names, each once, in order; none for torch's modules.</summary>
    public static IReadOnlyList<string> Of(nn.Module? module)
    {
        var called = new List<string>();
        var open = new Queue<MethodBase>();
        var seen = new HashSet<MethodBase>();
        if (module is not null && MethodLines.ForwardOf(module) is { } forward) open.Enqueue(forward);
        while (open.TryDequeue(out MethodBase? method))
        {
            if (!seen.Add(method)) continue;
            foreach ((_, MethodBase callee) in MethodCalls.Of(method))
            {
                if (callee.DeclaringType is not { } owner) continue;
                if (owner.Assembly == typeof(Tensor).Assembly) called.Add(callee.Name);
                else if (owner.IsInstanceOfType(module)) open.Enqueue(Override(module!.GetType(), callee));
            }
        }
        return [.. called.Distinct()];
    }

    // What is called of a virtual method is that of the module's own type.
    private static MethodBase Override(Type type, MethodBase callee) => callee is MethodInfo { IsVirtual: true } method
        ? type.GetMethods(Any).FirstOrDefault(own => own.GetBaseDefinition() == method.GetBaseDefinition()) ?? callee
        : callee;
}

using System.Reflection;
using static TorchSharp.torch;

namespace TrainingGuards.Localisation;

/// <summary>Which of torch's functions a module of the user's calls in its forward, and in the methods of its own that forward calls.</summary>
internal static class OwnCalls
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>Their names, each once, in order; none for torch's modules.</summary>
    public static IReadOnlyList<string> Of(nn.Module? module) => [.. Sites(module).Select(site => site.Callee.Name).Distinct()];

    /// <summary>Each call of theirs; none for torch's modules.</summary>
    public static IEnumerable<(MethodBase Method, int Offset, MethodBase Callee)> Sites(nn.Module? module) =>
        Methods(module).SelectMany(method => MethodCalls.Of(method).Where(call => IsTorch(call.Callee)).Select(call => (method, call.Offset, call.Callee)));

    /// <summary>The place of a culprit: where its forward leaves to another method what can have done it, the one line there that does.</summary>
    /// <param name="culprit">The culprit.</param>
    /// <param name="suspects">Names of torch's functions that can have done it.</param>
    public static Place Place(Culprit culprit, string[] suspects)
    {
        Place place = culprit.Place(suspects);
        (MethodBase Method, int Offset, MethodBase)[] calls = [.. Sites(culprit.Module).Where(site => suspects.Contains(site.Callee.Name))];
        if (calls.Length == 0 || calls[0].Method == MethodLines.ForwardOf(culprit.Module)) return place;
        string[] lines = [.. calls.Select(call => MethodLines.Of(call.Method) is { } own && own.At(call.Offset) is var line ? own.Text(line, line) : null).OfType<string>().Distinct()];
        return lines.Length == 1 ? place with { Source = lines[0] } : place;
    }

    /// <summary>Forward and the module's own methods that it calls, the nearest first.</summary>
    public static IEnumerable<MethodBase> Methods(nn.Module? module)
    {
        var open = new Queue<MethodBase>();
        var seen = new HashSet<MethodBase>();
        if (module is not null && MethodLines.ForwardOf(module) is { } forward) open.Enqueue(forward);
        while (open.TryDequeue(out MethodBase? method))
        {
            if (!seen.Add(method)) continue;
            yield return method;
            foreach ((_, MethodBase callee) in MethodCalls.Of(method))
                if (!IsTorch(callee) && callee.DeclaringType is { } owner && owner.IsInstanceOfType(module)) open.Enqueue(Override(module!.GetType(), callee));
        }
    }

    private static bool IsTorch(MethodBase callee) => callee.DeclaringType?.Assembly == typeof(Tensor).Assembly;

    // What is called of a virtual method is that of the module's own type.
    private static MethodBase Override(Type type, MethodBase callee) => callee is MethodInfo { IsVirtual: true } method
        ? type.GetMethods(Any).FirstOrDefault(own => own.GetBaseDefinition() == method.GetBaseDefinition()) ?? callee
        : callee;
}

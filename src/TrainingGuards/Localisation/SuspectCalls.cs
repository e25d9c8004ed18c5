using System.Collections.Concurrent;
using System.Reflection;
using System.Security.Cryptography;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Localisation;

/// <summary>Looks for calls that may be what a check saw in the instructions of the user's methods, and of what they call in their assembly.</summary>
internal static class SuspectCalls
{
    private const int Methods = 500;

    /// <summary>Whether a call draws random numbers, or reads a clock, that torch's generator does not know of.</summary>
    private static bool IsForeignRandom(MethodBase callee) => callee.DeclaringType is { } type
        && ((type == typeof(Random) && (callee.Name == "get_Shared" || (callee.IsConstructor && callee.GetParameters().Length == 0)))
            || typeof(RandomNumberGenerator).IsAssignableFrom(type) || callee.Name == nameof(Guid.NewGuid) || callee.Name is "get_TickCount" or "get_TickCount64" or "get_UtcNow" or "get_Now");

    /// <summary>The first call that draws so; where none is certain, one of a System.Random that is made elsewhere.</summary>
    public static SuspectCall? ForeignRandom(IReadOnlyList<MethodBase?> methods) =>
        Find(methods, IsForeignRandom) ?? Find(methods, callee => callee.DeclaringType == typeof(Random) && !callee.IsConstructor);

    /// <summary>Whether a call goes by an order that each build makes anew: of hash codes, or of threads.</summary>
    public static bool IsUnordered(MethodBase callee) => callee.DeclaringType is { } type
        && (callee.Name == nameof(GetHashCode) || type == typeof(Parallel) || type == typeof(ParallelEnumerable)
            || (type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(ConcurrentDictionary<,>) || type.GetGenericTypeDefinition() == typeof(ConcurrentBag<>))));

    /// <summary>Whether a call sets torch's generator to a state.</summary>
    public static bool IsSeeding(MethodBase callee) => callee.DeclaringType?.Assembly == typeof(Tensor).Assembly && callee.Name is "manual_seed" or "manual_seed_all" or "set_rng_state";

    /// <summary>The first such call, the nearest to the given methods first; null where there is none.</summary>
    public static SuspectCall? Find(IEnumerable<MethodBase?> methods, Func<MethodBase, bool> isSuspect)
    {
        var open = new Queue<MethodBase>(methods.OfType<MethodBase>());
        var own = open.Select(method => method.Module.Assembly).ToHashSet();
        var seen = new HashSet<MethodBase>();
        while (open.TryDequeue(out MethodBase? method) && seen.Count < Methods)
        {
            if (!seen.Add(method)) continue;
            foreach ((int offset, MethodBase callee) in MethodCalls.Of(method))
            {
                if (isSuspect(callee)) return new(callee, MethodLines.Of(method) is { } lines && lines.At(offset) is var line ? lines.Text(line, line) : null);
                if (own.Contains(callee.Module.Assembly)) open.Enqueue(callee);
            }
        }
        return null;
    }

    /// <summary>The constructors of a model's own modules and of their bases.</summary>
    public static IEnumerable<MethodBase> Constructors(nn.Module model) => Own(model).SelectMany(type => type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic));

    /// <summary>The forwards of a model's own modules.</summary>
    public static IEnumerable<MethodBase?> Forwards(nn.Module model) => ModelTensors.Modules(model).Select(part => (MethodBase?)MethodLines.ForwardOf(part.Module));

    private static IEnumerable<Type> Own(nn.Module model)
    {
        foreach ((_, nn.Module module) in ModelTensors.Modules(model))
            for (Type? type = module.GetType(); type is not null && type.Assembly != typeof(Tensor).Assembly; type = type.BaseType) yield return type;
    }
}

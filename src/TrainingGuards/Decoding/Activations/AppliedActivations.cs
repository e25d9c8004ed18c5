using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using TrainingGuards.Localisation;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>The activations that a model calls as functions and that can be seen from a hook: those of a module's output alone, which nothing else takes.</summary>
internal static class AppliedActivations
{
    private const BindingFlags All = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    // What a forward's instructions say is the same in every look.
    private static readonly ConcurrentDictionary<Type, IReadOnlyList<ActivationSite>> Known = new();

    /// <summary>Of a model. A module that several hold or call is left out: of what it returns, which call passed it on is not known.</summary>
    public static IReadOnlyList<AppliedActivation> In(nn.Module model)
    {
        (string Path, nn.Module Module)[] parts = [.. ModelTensors.Modules(model)];
        ILookup<nn.Module, nn.Module> holders = parts.SelectMany(part => part.Module.named_children().Select(child => (Holder: part.Module, child.module))).ToLookup(one => one.module, one => one.Holder);
        var found = new List<AppliedActivation>();
        foreach ((string owner, nn.Module module) in parts)
        {
            if (ModuleKind.IsTorch(module)) continue;
            foreach (ActivationSite site in Known.GetOrAdd(module.GetType(), _ => Sites(module)))
            {
                if (site.Field.GetValue(module) is not nn.Module held || holders[held].Count() != 1) continue;
                if (Array.Find(parts, part => ReferenceEquals(part.Module, held)) is { Module: not null } part) found.Add(new(owner, part.Path, held, site));
            }
        }
        return found;
    }

    /// <summary>The functions of torch's that are activations and called where no hook sees what they take: <c>relu</c> in which module.</summary>
    public static IEnumerable<(string Path, string[] Functions)> Unseen(nn.Module model, IReadOnlyList<AppliedActivation> seen) => ModelTensors.Modules(model)
        .Select(part => (part.Path, OwnCalls.Sites(part.Module)
            .Where(call => ActivationKind.OfFunction(call.Callee) is not null && !seen.Any(one => one.Owner == part.Path && one.Site.Method == call.Method && one.Site.Offset == call.Offset))
            .Select(call => call.Callee.Name).Distinct().ToArray()))
        .Where(part => part.Item2.Length > 0);

    private static IReadOnlyList<ActivationSite> Sites(nn.Module module)
    {
        MethodBase[] methods = [.. OwnCalls.Methods(module)];
        ActivationSite[] sites = [.. methods.SelectMany(method => new OutputFlow(method).Sites)];
        // What forward leaves to lambdas and iterators stands in types that the compiler makes.
        MethodBase[] generated = [.. methods.SelectMany(MethodCalls.Of)
            .Select(call => call.Callee.DeclaringType)
            .OfType<Type>()
            .Where(type => type.IsNested && type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false))
            .Distinct()
            .SelectMany(type => type.GetMethods(All))];
        return [.. sites.Where(site => methods.Concat(generated).Sum(method => Loads(method, site.Field)) == 1)];
    }

    private static int Loads(MethodBase method, FieldInfo field) => MethodInstructions.Of(method)
        .Count(at => (at.Code == OpCodes.Ldfld || at.Code == OpCodes.Ldflda) && MethodInstructions.Field(method, at) is { } loaded && MethodInstructions.Same(loaded, field));
}

using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Localisation;

/// <summary>Modules that the user's modules hold in fields, lists, arrays, dictionaries and tuples, and that torch does not know of.</summary>
internal static class UnregisteredModules
{
    /// <summary>Each with its path in the user's words: <c>encoder._blocks[2]</c>; those below an unregistered one too.</summary>
    public static IReadOnlyList<(string Path, nn.Module Module)> In(nn.Module model)
    {
        var known = new HashSet<nn.Module>(ModelTensors.Modules(model).Select(part => part.Module), ReferenceEqualityComparer.Instance);
        var found = new List<(string Path, nn.Module Module)>();
        var open = new Queue<(string Path, nn.Module Module)>(ModelTensors.Modules(model).Select(part => (ReferenceEquals(part.Module, model) ? "" : part.Path, part.Module)));
        while (open.TryDequeue(out (string Path, nn.Module Module) at))
        {
            foreach (FieldInfo field in FieldsOf(at.Module.GetType()))
            {
                foreach ((string path, nn.Module module) in Held(field.GetValue(at.Module), Name(at.Path, field)))
                {
                    if (!known.Add(module)) continue;
                    found.Add((path, module));
                    open.Enqueue((path, module));
                    foreach ((string inner, nn.Module below) in module.named_modules())
                    {
                        if (!known.Add(below)) continue;
                        found.Add(($"{path}.{inner}", below));
                        open.Enqueue(($"{path}.{inner}", below));
                    }
                }
            }
        }
        return found;
    }

    private static IEnumerable<FieldInfo> FieldsOf(Type type)
    {
        for (Type? t = type; t is not null && t.Assembly != typeof(Tensor).Assembly; t = t.BaseType)
            foreach (FieldInfo field in t.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)) yield return field;
    }

    // An automatic property keeps its value in <Name>k__BackingField.
    private static string Name(string path, FieldInfo field)
    {
        string name = field.Name.StartsWith('<') ? field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)] : field.Name;
        return path.Length == 0 ? name : $"{path}.{name}";
    }

    private static IEnumerable<(string Path, nn.Module Module)> Held(object? value, string path) => value switch
    {
        nn.Module module => [(path, module)],
        IDictionary named => named.Keys.Cast<object>().SelectMany(key => Held(named[key], $"{path}[{key}]")),
        IList list => Enumerable.Range(0, list.Count).SelectMany(i => Held(list[i], string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"))),
        ITuple tuple => Enumerable.Range(0, tuple.Length).SelectMany(i => Held(tuple[i], string.Create(CultureInfo.InvariantCulture, $"{path}.Item{i + 1}"))),
        _ => [],
    };
}

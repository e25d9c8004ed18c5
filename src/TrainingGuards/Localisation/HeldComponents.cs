using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Localisation;

/// <summary>
/// What a model's modules hold in their fields, those of base classes too: modules and tensors, and those in collections, tuples and objects of the user's that are no modules.
/// </summary>
internal sealed class HeldComponents
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private readonly HashSet<Assembly> _own;
    private readonly HashSet<object> _entered = new(ReferenceEqualityComparer.Instance);

    private HeldComponents(nn.Module model) =>
        _own = [.. ModelTensors.Modules(model).Where(part => !ModuleKind.IsTorch(part.Module)).Select(part => part.Module.GetType().Assembly)];

    /// <summary>From the registered modules outward, to modules that only such fields lead to.</summary>
    public static IEnumerable<HeldComponent> In(nn.Module model)
    {
        var walk = new HeldComponents(model);
        var seen = new HashSet<nn.Module>(ReferenceEqualityComparer.Instance);
        var open = new Queue<(string Path, nn.Module Module)>();
        void Enter(string path, nn.Module module)
        {
            foreach ((string inner, nn.Module part) in ModelTensors.Modules(module))
                if (seen.Add(part)) open.Enqueue((ReferenceEquals(part, module) ? path : path.Length == 0 ? inner : $"{path}.{inner}", part));
        }

        Enter("", model);
        while (open.TryDequeue(out (string Path, nn.Module Module) at))
        {
            foreach (HeldComponent held in walk.Of(at.Path, at.Path.Length == 0 ? model.GetType().Name : at.Path, at.Module))
            {
                yield return held;
                if (held.Value is nn.Module module) Enter(held.Path, module);
            }
        }
    }

    /// <summary>The instance fields that a type and its bases declare, up to torch's own; a base's private ones too.</summary>
    private static IEnumerable<FieldInfo> FieldsOf(Type type)
    {
        for (Type? t = type; t is not null && t.Assembly != typeof(Tensor).Assembly && t.Assembly != typeof(object).Assembly; t = t.BaseType)
            foreach (FieldInfo field in t.GetFields(Declared)) yield return field;
    }

    // An automatic property keeps its value in <Name>k__BackingField.
    private static string NameOf(FieldInfo field) => field.Name.StartsWith('<') ? field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)] : field.Name;

    private static string Joined(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private IEnumerable<HeldComponent> Of(string path, string ownerPath, nn.Module owner)
    {
        // Torch's collections take items that are never registered with them.
        if (ModuleKind.IsTorch(owner) && owner is IEnumerable items)
        {
            foreach ((string item, object value, _, _) in Items(items, path, typeof(object))) yield return new(item, ownerPath, owner, null, ownerPath, value, owner.GetType(), true);
        }
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (FieldInfo field in FieldsOf(owner.GetType()))
        {
            string name = NameOf(field);
            string at = Joined(path, names.Add(name) ? name : $"{name} of {field.DeclaringType!.Name}");
            foreach ((string held, object value, Type? inside, bool inCollection) in Held(field.GetValue(owner), at, null, false))
                yield return new(held, ownerPath, owner, field, at, value, inside, inCollection);
        }
    }

    private IEnumerable<(string Path, object Value, Type? Inside, bool InCollection)> Held(object? value, string path, Type? inside, bool inCollection) => value switch
    {
        null or string or Delegate => [],
        nn.Module or Tensor => [(path, value, inside, inCollection)],
        ITuple tuple => Enumerable.Range(0, tuple.Length).SelectMany(i => Held(tuple[i], string.Create(CultureInfo.InvariantCulture, $"{path}.Item{i + 1}"), inside ?? value.GetType(), true)),
        IEnumerable items when IsCollection(value.GetType()) => _entered.Add(value) ? Items(items, path, inside ?? value.GetType()) : [],
        _ when _own.Contains(value.GetType().Assembly) && !value.GetType().IsEnum => _entered.Add(value)
            ? FieldsOf(value.GetType()).SelectMany(field => Held(field.GetValue(value), Joined(path, NameOf(field)), inside ?? value.GetType(), inCollection))
            : [],
        _ => [],
    };

    private IEnumerable<(string Path, object Value, Type? Inside, bool InCollection)> Items(IEnumerable items, string path, Type inside)
    {
        if (items is IDictionary named)
        {
            foreach (DictionaryEntry entry in named)
                foreach (var held in Held(entry.Value, $"{path}[{entry.Key}]", inside, true)) yield return held;
            yield break;
        }
        int i = 0;
        foreach (object? item in items)
        {
            (string? key, object? value) = Pair(item, inModule: items is nn.Module);
            string at = key is null ? string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]") : $"{path}[{key}]";
            i++;
            foreach (var held in Held(value, at, inside, true)) yield return held;
        }
    }

    // Torch's dictionaries give pairs of a name and a module, as tuples or as a KeyValuePair.
    private static (string? Key, object? Value) Pair(object? item, bool inModule)
    {
        if (inModule && item is ITuple { Length: 2 } tuple) return ($"{tuple[0]}", tuple[1]);
        if (item?.GetType() is not { IsGenericType: true } type || type.GetGenericTypeDefinition() != typeof(KeyValuePair<,>)) return (null, item);
        return ($"{type.GetProperty("Key")!.GetValue(item)}", type.GetProperty("Value")!.GetValue(item));
    }

    // What is enumerated lazily might build something at each enumeration; and what holds numbers holds no modules.
    private static bool IsCollection(Type type)
    {
        Type[] items = type.IsArray ? [type.GetElementType()!] : type.GetGenericArguments();
        if (items.Length > 0 && items.All(item => item.IsPrimitive || item == typeof(string))) return false;
        return typeof(ICollection).IsAssignableFrom(type) || type.GetInterfaces().Any(face =>
            face.IsGenericType && (face.GetGenericTypeDefinition() == typeof(ICollection<>) || face.GetGenericTypeDefinition() == typeof(IReadOnlyCollection<>)));
    }
}

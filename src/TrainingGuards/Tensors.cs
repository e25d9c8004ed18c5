using System.Collections;
using System.Runtime.CompilerServices;
using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards;

/// <summary>One or several tensors in a fixed order: what goes into a model, what comes out of it, or what it is compared with.</summary>
/// <remarks>A single tensor, a tuple of tensors and an array of tensors convert by themselves.</remarks>
public sealed class Tensors : IReadOnlyList<Tensor>
{
    private readonly Tensor[] _items;
    private readonly string[]? _names;

    /// <summary>The given tensors, in order.</summary>
    public Tensors(params Tensor[] items) : this(items, names: null)
    {
    }

    private Tensors(Tensor[] items, string[]? names)
    {
        ArgumentNullException.ThrowIfNull(items);
        _items = items;
        _names = names;
    }

    /// <summary>How many tensors there are.</summary>
    public int Count => _items.Length;

    /// <summary>The tensor at a position, counted from 0.</summary>
    public Tensor this[int index] => _items[index];

    /// <summary>The only tensor.</summary>
    /// <exception cref="SetupException">There are several.</exception>
    public Tensor Only => _items.Length == 1
        ? _items[0]
        : throw new SetupException(
            given: $"{_items.Length} tensors {Shapes}",
            expected: "exactly one tensor",
            remedy: "use Setup.JointLoss, which is given all outputs and all targets");

    /// <summary>The shapes, for messages: <c>[64, 10]</c>, or <c>[64, 10] and [64, 4]</c>.</summary>
    internal string Shapes => string.Join(" and ", _items.Select(item => ShapeText.Of(item)));

    /// <summary>The tensor at a position in the user's words: its key where it came from a dictionary, else its number.</summary>
    internal string NameOf(int index, string kind) =>
        _names is not null ? $"{kind} \"{_names[index]}\"" : _items.Length == 1 ? kind : $"{kind} {index}";

    internal IReadOnlyList<string>? Names => _names;

    /// <summary>Other tensors under the same names.</summary>
    internal Tensors With(Tensor[] items) => new(items, _names);

    internal Tensors Select(Func<Tensor, Tensor> change) => new([.. _items.Select(change)], _names);

    /// <summary>Flattens what a model returned: a tensor, tuples, lists and dictionaries of tensors, nested as they like.</summary>
    /// <exception cref="SetupException">Something else is among them.</exception>
    internal static Tensors From(object? value)
    {
        var items = new List<Tensor>();
        var names = new List<string>();
        Collect(value, name: null, items, names, strict: true);
        return new([.. items], names.Count == items.Count && names.Count > 0 ? [.. names] : null);
    }

    /// <summary>The tensors among what a module takes or returns; anything else is passed over.</summary>
    internal static Tensors Among(object? value)
    {
        var items = new List<Tensor>();
        Collect(value, name: null, items, [], strict: false);
        return new([.. items]);
    }

    private static void Collect(object? value, string? name, List<Tensor> items, List<string> names, bool strict)
    {
        switch (value)
        {
            case null:
                break;
            case Tensor tensor:
                items.Add(tensor);
                if (name is not null) names.Add(name);
                break;
            case Tensors tensors:
                items.AddRange(tensors._items);
                names.AddRange(tensors._names ?? []);
                break;
            case ITuple tuple:
                for (int i = 0; i < tuple.Length; i++) Collect(tuple[i], name, items, names, strict);
                break;
            case IDictionary dictionary:
                foreach (DictionaryEntry entry in dictionary)
                    Collect(entry.Value, name is null ? $"{entry.Key}" : $"{name}.{entry.Key}", items, names, strict);
                break;
            case IEnumerable list and not string:
                foreach (object? item in list) Collect(item, name, items, names, strict);
                break;
            case not null when strict:
                throw new SetupException(
                    given: $"a model output of type {value.GetType().Name}",
                    expected: "a tensor, or a tuple, list or dictionary of tensors",
                    remedy: "set Setup.Forward to call the model and return its tensors");
        }
    }

    /// <summary>The tensors in order.</summary>
    public IEnumerator<Tensor> GetEnumerator() => ((IEnumerable<Tensor>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _items.GetEnumerator();

    /// <summary>A single tensor.</summary>
    public static implicit operator Tensors(Tensor tensor) => new(tensor);

    /// <summary>An array of tensors.</summary>
    public static implicit operator Tensors(Tensor[] tensors) => new(tensors);

    /// <summary>Two tensors.</summary>
    public static implicit operator Tensors((Tensor First, Tensor Second) pair) => new(pair.First, pair.Second);

    /// <summary>Three tensors.</summary>
    public static implicit operator Tensors((Tensor First, Tensor Second, Tensor Third) triple) => new(triple.First, triple.Second, triple.Third);

    /// <summary>Tensors by name.</summary>
    public static implicit operator Tensors(Dictionary<string, Tensor> named)
    {
        ArgumentNullException.ThrowIfNull(named);
        return new([.. named.Values], [.. named.Keys]);
    }

    /// <summary>The only tensor.</summary>
    /// <exception cref="SetupException">There are several.</exception>
    public static implicit operator Tensor(Tensors tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        return tensors.Only;
    }
}

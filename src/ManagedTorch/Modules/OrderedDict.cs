using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace TorchSharp.Utils;

/// <summary>A dictionary that enumerates in the order of insertion, and is also a list of its pairs.</summary>
public class OrderedDict<TKey, TValue> : IDictionary<TKey, TValue>, IList<(TKey, TValue)> where TKey : notnull
{
    private readonly List<(TKey Key, TValue Value)> pairs = [];
    private readonly Dictionary<TKey, TValue> values_ = [];

    public int Count => pairs.Count;

    public bool IsReadOnly => false;

    public ICollection<TKey> Keys => [.. pairs.Select(pair => pair.Key)];

    public ICollection<TValue> Values => [.. pairs.Select(pair => pair.Value)];

    public TValue this[TKey key]
    {
        get => values_[key];
        set
        {
            int index = IndexOf(key);
            if (index < 0)
            {
                Add(key, value);
                return;
            }
            values_[key] = value;
            pairs[index] = (key, value);
        }
    }

    public (TKey, TValue) this[int index]
    {
        get => pairs[index];
        set
        {
            TKey old = pairs[index].Key;
            if (!EqualityComparer<TKey>.Default.Equals(old, value.Item1))
            {
                values_.Add(value.Item1, value.Item2);
                values_.Remove(old);
            }
            values_[value.Item1] = value.Item2;
            pairs[index] = value;
        }
    }

    public IEnumerable<TKey> keys() => Keys;

    public IEnumerable<TValue> values() => Values;

    public IEnumerator<(TKey, TValue)> items() => GetEnumerator();

    public void Add(TKey key, TValue value)
    {
        values_.Add(key, value);
        pairs.Add((key, value));
    }

    public void Add((TKey, TValue) item) => Add(item.Item1, item.Item2);

    public void Add(KeyValuePair<TKey, TValue> item) => Add(item.Key, item.Value);

    public void Insert(int index, (TKey, TValue) item)
    {
        values_.Add(item.Item1, item.Item2);
        pairs.Insert(index, item);
    }

    public bool ContainsKey(TKey key) => values_.ContainsKey(key);

    public bool Contains((TKey, TValue) item) => pairs.Contains(item);

    public bool Contains(KeyValuePair<TKey, TValue> item) => ContainsKey(item.Key);

    public int IndexOf((TKey, TValue) item) => pairs.IndexOf(item);

    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value) => values_.TryGetValue(key, out value);

    /// <summary>Removes the entry of this key.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public bool Remove(TKey key) => Discard(key) ? true : throw new KeyNotFoundException($"There is no entry '{key}'.");

    public bool Remove((TKey, TValue) item)
    {
        int index = IndexOf(item);
        if (index < 0)
        {
            return false;
        }
        RemoveAt(index);
        return true;
    }

    public bool Remove(KeyValuePair<TKey, TValue> item) => Discard(item.Key);

    public void RemoveAt(int index)
    {
        values_.Remove(pairs[index].Key);
        pairs.RemoveAt(index);
    }

    public void Clear() => clear();

    public void clear()
    {
        pairs.Clear();
        values_.Clear();
    }

    public void CopyTo((TKey, TValue)[] array, int arrayIndex) => pairs.CopyTo(array, arrayIndex);

    public void CopyTo(KeyValuePair<TKey, TValue>[] array, int arrayIndex)
    {
        foreach (var (key, value) in pairs)
        {
            array[arrayIndex++] = KeyValuePair.Create(key, value);
        }
    }

    public IEnumerator<(TKey, TValue)> GetEnumerator() => pairs.GetEnumerator();

    IEnumerator<KeyValuePair<TKey, TValue>> IEnumerable<KeyValuePair<TKey, TValue>>.GetEnumerator() =>
        pairs.Select(pair => KeyValuePair.Create(pair.Key, pair.Value)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Removes the entry of this key, if there is one.</summary>
    internal bool Discard(TKey key)
    {
        int index = IndexOf(key);
        if (index < 0)
        {
            return false;
        }
        RemoveAt(index);
        return true;
    }

    private int IndexOf(TKey key) => pairs.FindIndex(pair => EqualityComparer<TKey>.Default.Equals(pair.Key, key));
}

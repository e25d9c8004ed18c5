using System.Globalization;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

internal static class Chain
{
    /// <summary>The name of every kind of Sequential: that of the native class.</summary>
    public const string ModuleName = "torch::nn::SequentialImpl";
}

/// <summary>The named modules of a Sequential, in order; none is registered.</summary>
internal sealed class Chain<T> where T : class
{
    private readonly List<(string Name, T Link)> links = [];

    public int Count => links.Count;

    public T this[int index] => links[index].Link;

    public IEnumerable<(string Name, nn.Module Module)> Named => links.Select(link => (link.Name, (nn.Module)(object)link.Link));

    public void Add(string name, T link) => links.Add((name, link));

    public void Add(T link) => Add(Count.ToString(CultureInfo.InvariantCulture), link);

    public void AddRange(IEnumerable<(string Name, T Link)> added) => links.AddRange(added);

    public void AddRange(IEnumerable<T> added)
    {
        foreach (T link in added)
        {
            Add(link);
        }
    }

    public IEnumerable<(string Name, T Link)> Range(int start, int end)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, Count);
        ArgumentOutOfRangeException.ThrowIfNegative(end);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(end, Count);
        return links.Skip(start).Take(end - start);
    }
}

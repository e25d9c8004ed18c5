using System.Globalization;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

internal static class Chain
{
    /// <summary>The name of every kind of Sequential: that of the native class.</summary>
    public const string ModuleName = "torch::nn::SequentialImpl";
}

/// <summary>The named modules of a Sequential, in order; it lists what they hold, and registers nothing.</summary>
internal sealed class Chain<T> where T : class
{
    private readonly List<(string Name, T Link)> links = [];

    public int Count => links.Count;

    public T this[int index] => links[index].Link;

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

    public void ForEach(Action<nn.Module> action)
    {
        foreach (var (_, module) in NamedChildren())
        {
            action(module);
        }
    }

    public IEnumerable<(string name, nn.Module module)> NamedChildren() => links.Select(link => (link.Name, (nn.Module)(object)link.Link));

    public IEnumerable<(string name, nn.Module module)> NamedModules() =>
        NamedChildren().Concat(NamedChildren().SelectMany(child =>
            child.module.named_modules().Select(entry => ($"{child.name}.{entry.name}", entry.module))));

    public IEnumerable<(string name, Parameter parameter)> NamedParameters(bool recurse)
    {
        if (!recurse)
        {
            yield break;
        }
        LiveTensors seen = new();
        foreach (var (name, module) in NamedChildren())
        {
            foreach (var (parameterName, parameter) in module.named_parameters(true))
            {
                if (seen.Add(parameter))
                {
                    yield return ($"{name}.{parameterName}", parameter);
                }
            }
        }
    }

    public IEnumerable<(string name, Tensor buffer)> NamedBuffers(bool recurse, bool includeNonpersistent)
    {
        if (!recurse)
        {
            yield break;
        }
        LiveTensors seen = new();
        foreach (var (name, module) in NamedChildren())
        {
            foreach (var (bufferName, buffer) in module.named_buffers(true, includeNonpersistent))
            {
                if (seen.Add(buffer))
                {
                    yield return ($"{name}.{bufferName}", buffer);
                }
            }
        }
    }
}

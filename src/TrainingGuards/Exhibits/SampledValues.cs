using static TorchSharp.torch;

namespace TrainingGuards.Exhibits;

/// <summary>Up to 4096 evenly spaced numbers of each of several tensors at several steps, kept where they are until they are counted.</summary>
internal sealed class SampledValues : IDisposable
{
    private const long Most = 4096;

    private readonly Dictionary<string, List<(string Name, Tensor Values)>> _rows = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];

    /// <summary>The layers in the order in which they were first seen.</summary>
    public IReadOnlyList<string> Layers => _order;

    /// <summary>Evenly spaced numbers of a tensor, a copy that outlives every scope; the caller disposes of it.</summary>
    public static Tensor Of(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        Tensor flat = tensor.detach().flatten();
        return flat.slice(0, 0, flat.numel(), Math.Max(1, (flat.numel() + Most - 1) / Most)).to(ScalarType.Float32, copy: true).DetachFromDisposeScope();
    }

    /// <summary>Takes over numbers of a layer.</summary>
    public void Add(string layer, string step, Tensor values)
    {
        if (!_rows.TryGetValue(layer, out List<(string Name, Tensor Values)>? rows))
        {
            _rows[layer] = rows = [];
            _order.Add(layer);
        }
        rows.Add((step, values));
    }

    /// <summary>Whether a layer has been seen at a step.</summary>
    public bool Has(string layer, string step) => _rows.TryGetValue(layer, out List<(string Name, Tensor Values)>? rows) && rows.Exists(row => row.Name == step);

    /// <summary>A picture for each of at most 12 layers, evenly chosen, over steps.</summary>
    /// <param name="logarithmic">Whether sizes are counted in factors, all layers on one scale; else each layer has its own.</param>
    /// <param name="levels">What is worth comparing with.</param>
    public IReadOnlyList<Histograms> Pictures(bool logarithmic, params Level[] levels)
    {
        string[] shown = [.. Chosen.Evenly(_order)];
        (double, double)? range = logarithmic && BinnedValues.Span(_rows.Where(one => shown.Contains(one.Key)).SelectMany(one => one.Value).Select(row => row.Values), logarithmic) is { Low: > 0 } span ? span : null;
        return [.. shown.Select(layer => BinnedValues.Of(layer, "step", _rows[layer], logarithmic, range)).OfType<Histograms>().Select(one => one with { Levels = levels })];
    }

    public void Dispose()
    {
        foreach ((_, Tensor values) in _rows.Values.SelectMany(rows => rows)) values.Dispose();
    }
}

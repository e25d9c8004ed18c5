using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Which units of each layer have not answered to any example yet: no gradient has reached their weights or bias.</summary>
/// <remarks>A ReLU passes a gradient to a unit exactly for the examples for which it fires, so no hook is needed.</remarks>
internal sealed class SilentUnits : IDisposable
{
    private readonly Dictionary<WeightedLayer, Tensor> _fired = [];

    /// <param name="layers">The layers that are followed.</param>
    public SilentUnits(IReadOnlyList<WeightedLayer> layers) => Layers = layers;

    /// <summary>The layers that are followed.</summary>
    public IReadOnlyList<WeightedLayer> Layers { get; }

    /// <summary>How many examples were seen.</summary>
    public long Examples { get; private set; }

    /// <summary>Shows it the examples of a batch.</summary>
    public void See(Trial trial, Batch batch)
    {
        using IDisposable scope = trial.Scope();
        Tensor[] weights = [.. Layers.Select(layer => layer.Weight)], biases = [.. Layers.Where(HasBias).Select(layer => layer.Bias!)];
        IReadOnlyList<Tensor?> gradients = RandomCotangent.Gradients(trial, batch, [.. weights, .. biases]);
        int next = weights.Length;
        for (int i = 0; i < Layers.Count; i++)
        {
            WeightedLayer layer = Layers[i];
            Tensor fired = gradients[i] is { } weight ? layer.Rows(weight).ne(0).any(1) : zeros(layer.Units, dtype: ScalarType.Bool, device: layer.Weight.device);
            if (HasBias(layer) && gradients[next++] is { } bias) fired = fired.logical_or(bias.ne(0));
            if (_fired.TryGetValue(layer, out Tensor? before))
            {
                fired = fired.logical_or(before);
                before.Dispose();
            }
            _fired[layer] = fired.detach().DetachFromDisposeScope();
        }
        Examples += batch.Size;
    }

    /// <summary>How many units of a layer are silent.</summary>
    public long Count(WeightedLayer layer)
    {
        using var scope = NewDisposeScope();
        return layer.Units - _fired[layer].sum().ToInt64();
    }

    /// <summary>The share of the units of a layer that are silent.</summary>
    public double Share(WeightedLayer layer) => (double)Count(layer) / layer.Units;

    public void Dispose()
    {
        foreach (Tensor fired in _fired.Values) fired.Dispose();
    }

    /// <summary>Weights and gates that begin at zero get small random numbers: what lies behind them would seem silent.</summary>
    public static void Open(nn.Module model)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        foreach ((string name, Parameter parameter) in model.named_parameters())
        {
            if (!parameter.requires_grad || !parameter.is_floating_point() || name.EndsWith("bias", StringComparison.Ordinal)) continue;
            if (parameter.eq(0).all().ToBoolean()) nn.init.normal_(parameter, 0, 0.01);
        }
    }

    private static bool HasBias(WeightedLayer layer) => layer.Bias is { requires_grad: true };
}

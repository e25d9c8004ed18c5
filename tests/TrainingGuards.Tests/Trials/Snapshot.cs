using static TorchSharp.torch;

namespace TrainingGuards.Tests.Trials;

/// <summary>All that a check must leave as it was, by name.</summary>
internal sealed class Snapshot
{
    private readonly SortedDictionary<string, Tensor> _tensors = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, bool> _flags = new(StringComparer.Ordinal);

    public static Snapshot Of(nn.Module module, params Tensor[] tensors)
    {
        var snapshot = new Snapshot();
        snapshot._tensors["generator"] = get_rng_state();
        snapshot._flags["grad mode"] = is_grad_enabled();
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in module.named_parameters())
        {
            snapshot.Add(name, parameter);
            snapshot._flags[$"{name} has a gradient"] = parameter.grad is not null;
            if (parameter.grad is { } gradient) snapshot._tensors[$"{name}.grad"] = gradient.detach().clone();
        }
        foreach ((string name, Tensor buffer) in module.named_buffers()) snapshot.Add(name, buffer);
        foreach ((string name, nn.Module part) in module.named_modules().Append(("itself", module))) snapshot._flags[$"{name} trains"] = part.training;
        for (int i = 0; i < tensors.Length; i++) snapshot.Add($"tensor {i}", tensors[i]);
        return snapshot;
    }

    public void MustEqual(Snapshot other)
    {
        Assert.Equal(_flags, other._flags);
        Assert.Equal(_tensors.Keys, other._tensors.Keys);
        foreach ((string name, Tensor tensor) in _tensors)
            Assert.True(tensor.contiguous().bytes.SequenceEqual(other._tensors[name].contiguous().bytes), $"{name} is not what it was.");
    }

    private void Add(string name, Tensor tensor)
    {
        Assert.False(tensor.IsInvalid, $"{name} is disposed.");
        _tensors[name] = tensor.detach().clone();
        _flags[$"{name} requires a gradient"] = tensor.requires_grad;
    }
}

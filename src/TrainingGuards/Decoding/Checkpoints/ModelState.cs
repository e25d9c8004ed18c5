using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>The parameters and buffers of a model, by all names that lead to each; those too that torch does not save.</summary>
internal static class ModelState
{
    public static IReadOnlyDictionary<string, Tensor> Of(nn.Module model)
    {
        Dictionary<string, Tensor> state = model.state_dict();
        foreach ((string name, Tensor buffer) in model.named_buffers()) state.TryAdd(name, buffer);
        return state;
    }

    /// <summary>The buffers that were registered as not to be saved.</summary>
    public static IReadOnlySet<string> Transient(nn.Module model) =>
        model.named_buffers().Select(part => part.name).Except(model.named_buffers(include_nonpersistent: false).Select(part => part.name)).ToHashSet(StringComparer.Ordinal);

    /// <summary>The names that lead to the same tensor, where there are several.</summary>
    public static IEnumerable<string[]> Tied(IReadOnlyDictionary<string, Tensor> state) => state
        .GroupBy(one => one.Value, one => one.Key, (IEqualityComparer<Tensor>)ReferenceEqualityComparer.Instance)
        .Select(group => group.ToArray())
        .Where(names => names.Length > 1);

    /// <summary>The largest difference; exactly 0 where both are equal to the bit, NaN where shape or type differ.</summary>
    public static double Distance(Tensor saved, Tensor loaded)
    {
        using var scope = NewDisposeScope();
        Tensor before = saved.detach(), after = loaded.detach().to(saved.device);
        if (before.dtype != after.dtype || !before.shape.AsSpan().SequenceEqual(after.shape)) return double.NaN;
        return TensorBits.Same(before, after) ? 0 : (before.to(ScalarType.Float64) - after.to(ScalarType.Float64)).abs().max().ToDouble();
    }
}

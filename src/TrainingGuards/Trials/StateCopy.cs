using static TorchSharp.torch;

namespace TrainingGuards.Trials;

/// <summary>A copy of all parameters and buffers of a model, to tell which of them change.</summary>
internal sealed class StateCopy : IDisposable
{
    private readonly List<(string Name, Tensor Live, Tensor Copy)> _tensors = [];

    public StateCopy(nn.Module model)
    {
        var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
        foreach ((string name, Tensor tensor) in Named(model))
            if (seen.Add(tensor)) _tensors.Add((name, tensor, TensorBits.Copy(tensor)));
    }

    /// <summary>The largest change within each tensor; exactly 0 where it is equal to the bit.</summary>
    public IReadOnlyList<Reading> Changes() => [.. _tensors.Select(one => new Reading(Change(one.Live, one.Copy), one.Name))];

    /// <summary>The copy of a tensor; null where there is none of that name.</summary>
    public Tensor? Of(string name) => _tensors.Where(one => one.Name == name).Select(one => one.Copy).FirstOrDefault();

    public void Dispose()
    {
        foreach ((_, _, Tensor copy) in _tensors) copy.Dispose();
    }

    private static IEnumerable<(string Name, Tensor Tensor)> Named(nn.Module model) =>
        model.named_parameters().Select(part => (part.name, (Tensor)part.parameter)).Concat(model.named_buffers().Select(part => (part.name, part.buffer)));

    private static double Change(Tensor live, Tensor copy)
    {
        using var scope = NewDisposeScope();
        Tensor now = live.detach();
        if (TensorBits.Same(now, copy)) return 0;
        return now.shape.AsSpan().SequenceEqual(copy.shape)
            ? (now.to(ScalarType.Float64) - copy.to(ScalarType.Float64)).abs().max().ToDouble()
            : double.NaN;
    }
}

using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>A tensor that a distribution keeps beyond the scope it was made in, until the distribution is disposed.</summary>
internal static class Held
{
    internal static (Tensor A, Tensor B) Broadcast(Tensor a, Tensor b)
    {
        IList<Tensor> both = broadcast_tensors(a, b);
        return (both[0].DetachFromDisposeScope(), both[1].DetachFromDisposeScope());
    }

    /// <summary>The distribution that takes over the parts of another: the one that is given, or a new one.</summary>
    internal static T Target<T>(distributions.Distribution? instance, Func<T> make) where T : distributions.Distribution => instance switch
    {
        null => make(),
        T same => same,
        _ => throw new ArgumentException($"A {typeof(T).Name} is not expanded into a {instance.GetType().Name}.", nameof(instance)),
    };
}

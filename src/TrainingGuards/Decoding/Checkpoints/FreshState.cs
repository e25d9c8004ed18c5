using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Copies of what a new model begins with.</summary>
internal sealed class FreshState(nn.Module model) : IDisposable
{
    private readonly Dictionary<string, Tensor> _copies = ModelState.Of(model).ToDictionary(one => one.Key, one => TensorBits.Copy(one.Value), StringComparer.Ordinal);

    /// <summary>How many of its tensors another model has with other numbers, or has not.</summary>
    public int Differing(nn.Module other)
    {
        IReadOnlyDictionary<string, Tensor> state = ModelState.Of(other);
        return _copies.Count(copy => !state.TryGetValue(copy.Key, out Tensor? tensor) || !Equal(tensor, copy.Value));
    }

    /// <summary>Whether a tensor is what a new model begins with.</summary>
    public bool Is(string name, Tensor tensor) => _copies.TryGetValue(name, out Tensor? copy) && Equal(tensor, copy);

    public void Dispose()
    {
        foreach (Tensor copy in _copies.Values) copy.Dispose();
    }

    private static bool Equal(Tensor tensor, Tensor copy) => ModelState.Distance(copy, tensor) == 0;
}

namespace TorchSharp;

/// <summary>The tensors met so far in a walk over modules: takes each once, and disposed ones not at all.</summary>
internal sealed class LiveTensors
{
    private readonly HashSet<torch.Tensor> seen = new(ReferenceEqualityComparer.Instance);

    public bool Add(torch.Tensor tensor) => !tensor.IsInvalid && seen.Add(tensor);
}

using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>
/// A tensor kept for backward. Reading it throws if it was modified in place since, or if a backward already freed it.
/// A backward must keep its tensors so, never as handles: a user may dispose those.
/// </summary>
internal sealed class Saved
{
    private readonly TensorImpl impl;
    private readonly long version;
    private bool freed;

    private Saved(TensorImpl impl)
    {
        this.impl = impl;
        version = impl.Storage.Version;
        // Without grad mode nothing is recorded, and holding on would keep the memory from its pool.
        if (GradMode.Enabled) impl.Retain();
        else freed = true;
    }

    internal static Saved Of(Tensor tensor) => new(tensor.Impl);

    internal Tensor Tensor
    {
        get
        {
            if (freed)
            {
                throw TorchError.Of("The graph was freed by a backward pass, and another goes through it a second time. "
                    + "Give the first one retain_graph: true, or compute the output anew.");
            }
            if (impl.Storage.Version != version)
            {
                throw TorchError.Of($"A tensor that backward needs was modified by an inplace operation: [{impl.Dtype} {Shapes.Text(impl.Sizes)}], "
                    + $"output {impl.Autograd?.OutputNr ?? 0} of {impl.Autograd?.GradFn?.Name ?? "a leaf"}, is at version {impl.Storage.Version}; version {version} was saved. "
                    + "Use the operation that returns a new tensor, or clone before changing it.");
            }
            FunctionNode.Running?.Owns(this);
            return new Tensor(impl);
        }
    }

    internal void Free()
    {
        if (freed) return;
        freed = true;
        impl.Release();
    }
}

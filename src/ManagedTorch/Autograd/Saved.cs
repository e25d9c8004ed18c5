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
                throw TorchError.Of("Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). "
                    + "Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). "
                    + "Specify retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors after calling backward.");
            }
            if (impl.Storage.Version != version)
            {
                throw TorchError.Of("one of the variables needed for gradient computation has been modified by an inplace operation: "
                    + $"[{impl.Dtype} {Shapes.Text(impl.Sizes)}], which is output {impl.Autograd?.OutputNr ?? 0} of {impl.Autograd?.GradFn?.Name ?? "a leaf"}, "
                    + $"is at version {impl.Storage.Version}; expected version {version} instead. "
                    + "Hint: enable anomaly detection to find the operation that failed to compute its gradient, with torch.autograd.set_detect_anomaly(True).");
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

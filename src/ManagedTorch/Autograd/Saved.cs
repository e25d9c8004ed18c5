using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>
/// A tensor kept for backward. Reading it throws if it was modified in place since, or if a backward already freed it.
/// A backward must keep its tensors so, never as handles: a user may dispose those. It belongs to the next operation that
/// is recorded on the thread; where that one needs no gradient, it lets go at once.
/// </summary>
internal sealed class Saved
{
    [ThreadStatic] private static List<Saved>? unowned;

    private readonly TensorImpl impl;
    private readonly long version;
    private FunctionNode? owner;
    private bool freed;

    private Saved(TensorImpl impl)
    {
        this.impl = impl;
        version = impl.Storage.Version;
        // Without grad mode nothing is recorded, and holding on would keep the memory from its pool.
        freed = !GradMode.Enabled;
        if (freed) return;
        impl.Retain();
        (unowned ??= []).Add(this);
    }

    internal static Saved Of(Tensor tensor) => new(tensor.Impl);

    /// <summary>Gives what was saved since the operation before to <paramref name="node"/>; without one nobody will read it.</summary>
    internal static void HandOver(FunctionNode? node)
    {
        if (unowned is not { Count: > 0 } all) return;
        foreach (Saved saved in all)
        {
            saved.owner = node;
            if (node is null) saved.Free();
            else node.Owns(saved);
        }
        all.Clear();
    }

    internal Tensor Tensor
    {
        get
        {
            if (owner is null || !ReferenceEquals(owner, FunctionNode.Running))
            {
                throw new InvalidOperationException($"A saved tensor of {owner?.Name ?? "an operation that was not recorded"} is read in {FunctionNode.Running?.Name ?? "no backward"}: "
                    + "between saving and recording no other operation may be recorded.");
            }
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

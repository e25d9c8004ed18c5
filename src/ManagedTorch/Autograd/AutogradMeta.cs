namespace TorchSharp;

/// <summary>A tensor's place in the autograd graph.</summary>
internal sealed class AutogradMeta
{
    private AccumulateGrad? accumulator;

    /// <summary>Of a leaf: whether it asks for a gradient.</summary>
    internal bool RequiresGrad { get; set; }

    internal TensorImpl? Grad { get; private set; }

    /// <summary>The node that this tensor is an output of; null for a leaf.</summary>
    internal Node? GradFn { get; set; }

    internal int OutputNr { get; set; }

    internal bool RetainsGrad { get; set; }

    internal ViewOf? View { get; set; }

    /// <summary>How often an in-place operation gave this tensor another grad_fn: its views compare it with what they saw.</summary>
    internal long Rebased { get; set; }

    /// <summary>The leaf's one accumulator, whichever thread asks for it first.</summary>
    internal AccumulateGrad AccumulatorOf(TensorImpl leaf) =>
        accumulator ?? Interlocked.CompareExchange(ref accumulator, new AccumulateGrad(leaf), null) ?? accumulator;

    internal void SetGrad(TensorImpl? grad)
    {
        grad?.Retain();
        Grad?.Release();
        Grad = grad;
    }
}

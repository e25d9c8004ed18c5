using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>The end of a path: adds what arrives to a leaf's gradient.</summary>
internal sealed class AccumulateGrad : Node
{
    // Graphs of several threads may end in one leaf.
    private readonly object gate = new();

    internal AccumulateGrad(TensorImpl leaf)
    {
        Leaf = leaf;
        AddOutput(leaf);
    }

    internal TensorImpl Leaf { get; }

    internal override string Name => "AccumulateGrad";

    internal override IReadOnlyList<Edge> Next => [];

    internal override Tensor?[] Apply(Tensor?[] gradients, bool createGraph)
    {
        lock (gate) Accumulate(Leaf.Autograd!, gradients[0]!, createGraph);
        return [];
    }

    private static void Accumulate(AutogradMeta meta, Tensor gradient, bool createGraph)
    {
        if (meta.Grad is not { } before)
        {
            // A gradient that nobody else holds becomes the leaf's own; any other is copied, or the two would change together.
            bool mayTake = !createGraph && !gradient.Impl.IsShared && gradient.IsContiguousRowMajor;
            meta.SetGrad((mayTake ? gradient.detach() : createGraph ? gradient.clone() : gradient.detach().clone()).Impl);
        }
        else if (createGraph)
        {
            meta.SetGrad(new Tensor(before).add(gradient).Impl);
        }
        else
        {
            using var _ = no_grad();
            new Tensor(before).add_(gradient);
        }
    }
}

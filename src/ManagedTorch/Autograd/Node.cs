using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Where a gradient goes next: an output of the node that made the tensor.</summary>
internal readonly record struct Edge(Node? Node, int OutputNr);

/// <summary>What an output looked like when it was made; its gradient must look the same.</summary>
internal readonly record struct OutputMeta(long[] Sizes, ScalarType Dtype, Device Device);

/// <summary>A function recorded for backward.</summary>
internal abstract class Node
{
    private static long made;

    private readonly List<OutputMeta> outputs = [];
    private List<(int OutputNr, TensorImpl Tensor)>? retained;

    /// <summary>Later than that of every node it leads to.</summary>
    internal long Sequence { get; } = Interlocked.Increment(ref made);

    internal abstract string Name { get; }

    internal abstract IReadOnlyList<Edge> Next { get; }

    internal IReadOnlyList<OutputMeta> Outputs => outputs;

    internal IReadOnlyList<(int OutputNr, TensorImpl Tensor)> Retained => retained ?? [];

    internal int AddOutput(TensorImpl output)
    {
        outputs.Add(new(output.Sizes, output.Dtype, output.Storage.Device));
        return outputs.Count - 1;
    }

    internal void RetainGrad(int outputNr, TensorImpl tensor) => (retained ??= []).Add((outputNr, tensor));

    /// <summary>Gradients of the inputs from those of the outputs.</summary>
    internal abstract Tensor?[] Apply(Tensor?[] gradients, bool createGraph);

    /// <summary>Lets go of what was saved: called after a backward that does not retain the graph.</summary>
    internal virtual void Release()
    {
    }
}

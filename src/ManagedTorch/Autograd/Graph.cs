using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Where tensors stand in the graph.</summary>
internal static class Graph
{
    internal static bool RequiresGrad(TensorImpl tensor) => tensor.Autograd is { } meta
        && (meta.RequiresGrad || meta.GradFn is not null || (meta.View is { IsOutdated: true } view && RequiresGrad(view.Base)));

    /// <summary>The node that made the tensor. A view whose base was since written in place gets another one: a view of the base as it is now.</summary>
    internal static Node? GradFn(TensorImpl tensor)
    {
        if (tensor.Autograd is not { } meta) return null;
        if (meta.View is not { IsOutdated: true } view) return meta.GradFn;
        view.RefuseWrite("had its base, or another view of it, written");
        view.RebasedSeen = view.Base.Autograd!.Rebased;
        var node = new FunctionNode("AsStridedBackward", [EdgeOf(view.Base)], StridedView.Backward(view.Base, tensor));
        meta.OutputNr = node.AddOutput(tensor);
        meta.RequiresGrad = false;
        return meta.GradFn = node;
    }

    internal static Edge EdgeOf(TensorImpl tensor)
    {
        if (GradFn(tensor) is { } node) return new(node, tensor.Autograd!.OutputNr);
        if (tensor.Autograd is not { RequiresGrad: true } meta) return default;
        return new(meta.AccumulatorOf(tensor), 0);
    }

    internal static Edge[] Edges(Tensor?[] inputs) => Array.ConvertAll(inputs, input => input is null ? default : EdgeOf(input.Impl));
}

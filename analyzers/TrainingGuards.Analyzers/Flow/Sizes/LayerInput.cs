using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>What a layer that treats every position alike was given: a Linear, an Embedding, seen through what keeps axes and parts along the last.</summary>
internal sealed class LayerInput
{
    private const int Depth = 6;

    private LayerInput(IOperation input, bool isEmbedded) => (Input, IsEmbedded) = (input, isEmbedded);

    /// <summary>The tensor whose axes, all but the last, the layer keeps; all of them where <see cref="IsEmbedded"/>.</summary>
    public IOperation Input { get; }

    /// <summary>Whether the layer is an Embedding, which adds an axis at the end.</summary>
    public bool IsEmbedded { get; }

    /// <summary>Reads what a tensor was made by, null where no such layer made it.</summary>
    public static LayerInput? Of(IOperation tensor, Provenance provenance, TorchSymbols torch, int depth = Depth)
    {
        if (depth == 0 || provenance.Trace(tensor).Single is not { } made)
        {
            return null;
        }
        if (made is IArrayElementReferenceOperation part)
        {
            // project.call(x).chunk(3, -1)[0]
            return TensorCall.From(provenance.Trace(part.ArrayReference).Single, torch) is { Name: "chunk" or "split" } split
                && split.Argument("dim") is { } dim && dim.Number() is -1
                    ? Of(split.Input, provenance, torch, depth - 1)
                    : null;
        }
        if (TensorCall.From(made, torch) is { } call)
        {
            return AxisMap.KeepsAxes(call) && call.Name != "glu" ? Of(call.Input, provenance, torch, depth - 1) : null;
        }
        if (made is not IInvocationOperation { Instance.Type: { } layer, Arguments: { Length: 1 } arguments } forward || !EventVocabulary.IsForward(forward, torch)
            || !Layers.IsBuiltIn(layer, torch))
        {
            return null;
        }
        return layer.Name is "Linear" or "Embedding" ? new LayerInput(arguments[0].Value, layer.Name == "Embedding")
            : Layers.IsDropout(layer, torch) || Layers.IsNormalization(layer, torch) ? Of(arguments[0].Value, provenance, torch, depth - 1)
            : null;
    }
}

using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Which rows of an embedding a gradient reaches: torch gives none, on purpose, to that of padding.</summary>
internal static class EmbeddingRows
{
    /// <summary>1 for the rows that a gradient reaches and 0 for the others, of shape [rows, 1]; null for what is no embedding's weight.</summary>
    public static Tensor? Reached(nn.Module model, Tensor weight, Tensor gradient)
    {
        bool isEmbedding = model.modules().Prepend(model).Any(module => module is Embedding or EmbeddingBag && module.parameters().Any(parameter => ReferenceEquals(parameter, weight)));
        return isEmbedding && gradient.dim() == 2 ? gradient.ne(0).any(1, keepdim: true).to(gradient.dtype) : null;
    }
}

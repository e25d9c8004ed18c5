using System.Runtime.InteropServices;
using TorchSharp.Layers;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static Embedding Embedding(long num_embeddings, long embedding_dims, long? padding_idx = null, double? max_norm = null, double norm_type = 2.0, bool scale_grad_by_freq = false, bool sparse = false, Device? device = null, ScalarType? dtype = null)
        {
            var options = EmbeddingOptions.Of(num_embeddings, padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse);
            Tensor weight = Op.Composed(() =>
            {
                Tensor rows = randn(num_embeddings, embedding_dims, dtype: dtype, device: device);
                if (options.Padding is { } padding) rows.select(0, padding).zero_();
                return rows;
            });
            return new(weight, freeze: false, options);
        }

        public static Embedding Embedding_from_pretrained(Tensor embeddings, bool freeze = true, long? padding_idx = null, double? max_norm = null, double norm_type = 2.0, bool scale_grad_by_freq = false, bool sparse = false, Device? device = null, ScalarType? dtype = null)
        {
            if (embeddings.dim() != 2) throw new ExternalException("Embeddings parameter is expected to be 2-dimensional");
            var options = EmbeddingOptions.Of(embeddings.shape[0], padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse);
            Tensor weight;
            using (no_grad())
            {
                weight = Op.Composed(() => embeddings.to(dtype ?? embeddings.dtype, device ?? embeddings.device).detach());
            }
            return new(weight, freeze, options);
        }
    }
}

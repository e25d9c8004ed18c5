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
            return new(FreshRows(num_embeddings, embedding_dims, options, dtype, device), freeze: false, options);
        }

        public static Embedding Embedding_from_pretrained(Tensor embeddings, bool freeze = true, long? padding_idx = null, double? max_norm = null, double norm_type = 2.0, bool scale_grad_by_freq = false, bool sparse = false, Device? device = null, ScalarType? dtype = null)
        {
            Tensor weight = GivenRows(embeddings, dtype, device);
            return new(weight, freeze, EmbeddingOptions.Of(weight.shape[0], padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse));
        }

        public static EmbeddingBag EmbeddingBag(long num_embeddings, long embedding_dims, double? max_norm = null, double norm_type = 2.0, bool scale_grad_by_freq = false, EmbeddingBagMode mode = EmbeddingBagMode.Mean, bool sparse = false, bool include_last_offset = false, long padding_index = -1, Device? device = null, ScalarType? dtype = null)
        {
            var options = BagOptions(num_embeddings, max_norm, norm_type, scale_grad_by_freq, sparse, padding_index);
            return new(FreshRows(num_embeddings, embedding_dims, options, dtype, device), freeze: false, new(options, mode, include_last_offset));
        }

        public static EmbeddingBag EmbeddingBag_from_pretrained(Tensor embeddings, bool freeze = true, double? max_norm = null, double norm_type = 2.0, bool scale_grad_by_freq = false, EmbeddingBagMode mode = EmbeddingBagMode.Mean, bool sparse = false, bool include_last_offset = false, long padding_index = -1, Device? device = null, ScalarType? dtype = null)
        {
            Tensor weight = GivenRows(embeddings, dtype, device);
            return new(weight, freeze, new(BagOptions(weight.shape[0], max_norm, norm_type, scale_grad_by_freq, sparse, padding_index), mode, include_last_offset));
        }

        // Here a negative padding says that there is none.
        static EmbeddingOptions BagOptions(long rows, double? maxNorm, double normType, bool scaleByFrequency, bool sparse, long padding) =>
            EmbeddingOptions.Of(rows, padding < 0 ? null : padding, maxNorm, normType, scaleByFrequency, sparse);

        static Tensor FreshRows(long count, long size, EmbeddingOptions options, ScalarType? dtype, Device? device) => Op.Composed(() =>
        {
            Tensor rows = randn(count, size, dtype: dtype, device: device);
            if (options.Padding is { } padding) rows.select(0, padding).zero_();
            return rows;
        });

        static Tensor GivenRows(Tensor embeddings, ScalarType? dtype, Device? device)
        {
            if (embeddings.dim() != 2) throw new ExternalException("Embeddings parameter is expected to be 2-dimensional");
            using var _ = no_grad();
            return Op.Composed(() => embeddings.to(dtype ?? embeddings.dtype, device ?? embeddings.device).detach());
        }
    }
}

using TorchSharp.Layers;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            public static Tensor scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask = null, double p = 0.0, bool is_casual = false)
            {
                if (p < 0) throw new ArgumentException("Dropout probability must be greater than or equal to zero.", nameof(p));
                if (is_casual && attn_mask is not null) throw new ArgumentException("Casual attention masking cannot pass a mask.", nameof(attn_mask));
                return Op.Composed(() => Attention.ScaledDotProduct(query, key, value, attn_mask, p, is_casual).Output);
            }
        }
    }
}

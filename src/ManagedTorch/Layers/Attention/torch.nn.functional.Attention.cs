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
                if (p < 0) throw new ArgumentException("The probability of dropping is below zero.", nameof(p));
                if (is_casual && attn_mask is not null) throw new ArgumentException("is_casual makes a mask of its own: pass no attn_mask with it.", nameof(attn_mask));
                return Op.Composed(() => Attention.ScaledDotProduct(query, key, value, attn_mask, p, is_casual).Output);
            }
        }
    }
}

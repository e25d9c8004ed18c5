using TorchSharp.Layers;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) => Op.Composed(() =>
                bias is null ? input.matmul(weights.t())
                : input.dim() == 2 && bias.dim() == 1 ? bias.addmm(input, weights.t())
                : input.matmul(weights.t()) + bias);

            public static Tensor bilinear(Tensor input1, Tensor input2, Tensor weight, Tensor? bias = null) => Op.Composed(() =>
            {
                // Σᵢⱼ x₁ᵢ · w[o, i, j] · x₂ⱼ as one matrix product over i, then a weighted sum over j.
                long outputs = weight.shape[0], first = weight.shape[1], second = weight.shape[2];
                Tensor mixed = input1.matmul(weight.permute(1, 0, 2).reshape(first, outputs * second));
                Tensor products = (mixed.reshape([.. mixed.shape[..^1], outputs, second]) * input2.unsqueeze(-2)).sum(-1);
                return bias is null ? products : products + bias;
            });
        }
    }
}

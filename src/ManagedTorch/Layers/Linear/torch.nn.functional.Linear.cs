using TorchSharp.Layers;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) => Op.Composed(input, weights, bias, (x, w, b) =>
                b is null ? x.matmul(w!.t())
                : x.dim() == 2 && b.dim() == 1 ? b.addmm(x, w!.t())
                : x.matmul(w!.t()) + b);

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

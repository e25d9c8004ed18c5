using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ManagedTorch.Tests.Layers;

public class AttentionTests
{
    [Fact]
    public void Weights_are_a_mean_over_heads_and_sum_to_one()
    {
        using var attention = MultiheadAttention(8, 2);
        var (output, weights) = attention.call(randn(5, 3, 8), randn(4, 3, 8), randn(4, 3, 8));
        Assert.Equal([5, 3, 8], output.shape);
        Assert.Equal([3, 5, 4], weights.shape);
        Assert.True(weights.sum(-1).allclose(ones(3, 5), 1e-5));
    }

    [Fact]
    public void Its_parameters_are_named_as_in_PyTorch()
    {
        using var attention = MultiheadAttention(8, 2);
        Assert.Equal(["in_proj_bias", "in_proj_weight", "out_proj.bias", "out_proj.weight"], attention.named_parameters().Select(p => p.name).Order());
    }

    [Fact]
    public void A_hidden_key_has_no_weight()
    {
        using var attention = MultiheadAttention(8, 2);
        Tensor x = randn(4, 2, 8), hidden = tensor([false, false, false, true, false, false, false, false]).reshape(2, 4);
        Tensor weights = attention.call(x, x, x, key_padding_mask: hidden).Item2;
        Assert.True(weights[0].select(-1, 3).Equals(zeros(4)));
        Assert.False(weights[1].select(-1, 3).Equals(zeros(4)));
    }

    [Fact]
    public void A_mask_of_the_function_lets_see_where_it_is_true()
    {
        Tensor q = randn(1, 2, 4), k = randn(1, 3, 4), v = randn(1, 3, 4), mask = tensor([true, false, false]).reshape(1, 3);
        Assert.True(functional.scaled_dot_product_attention(q, k, v, mask).allclose(v.narrow(1, 0, 1).expand(1, 2, 4), 1e-5));
    }

    [Fact]
    public void A_causal_encoder_layer_does_not_see_the_future()
    {
        manual_seed(1);
        using var layer = TransformerEncoderLayer(8, 2, 16);
        layer.eval();
        Tensor x = randn(5, 1, 8), mask = ones([5, 5], dtype: @bool).triu(1);
        Tensor before = layer.call(x, mask);
        using (no_grad()) x[4] += 1;
        Tensor after = layer.call(x, mask);
        Assert.True(before.narrow(0, 0, 4).Equals(after.narrow(0, 0, 4)));
        Assert.False(before[4].Equals(after[4]));
    }

    [Fact]
    public void Layers_of_an_encoder_begin_alike_and_learn_apart()
    {
        using var layer = TransformerEncoderLayer(8, 2, 16, dropout: 0);
        using var encoder = TransformerEncoder(layer, 3);
        Assert.Equal(3 * layer.parameters().Count(), encoder.parameters().Count());
        Assert.True(encoder.get_parameter("layers.0.linear1.weight")!.Equals(encoder.get_parameter("layers.2.linear1.weight")!));
        Tensor x = randn(4, 2, 8);
        Assert.True(encoder.call(x).allclose(layer.call(layer.call(layer.call(x))), 1e-4, 1e-5));
        encoder.call(x).square().sum().backward();
        Assert.False(encoder.get_parameter("layers.0.linear1.weight")!.grad!.Equals(encoder.get_parameter("layers.2.linear1.weight")!.grad!));
    }

    [Fact]
    public void Every_parameter_of_a_transformer_learns()
    {
        using var transformer = Transformer(8, 2, 1, 1, 16, dropout: 0);
        transformer.call(randn(4, 2, 8), randn(3, 2, 8)).square().sum().backward();
        Assert.All(transformer.named_parameters(), p => Assert.NotNull(p.parameter.grad));
    }
}

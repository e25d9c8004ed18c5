using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ManagedTorch.Tests.Layers;

public class DropoutTests
{
    private static long Zeros(Tensor x) => (x == 0).sum().item<long>();

    [Fact]
    public void Functional_dropout_drops_unless_told_that_nobody_trains()
    {
        manual_seed(1);
        Assert.InRange(Zeros(functional.dropout(ones(1000), 0.5)), 400, 600);
        Assert.Equal(0, Zeros(functional.dropout(ones(1000), 0.5, training: false)));
    }

    [Fact]
    public void Functional_channel_dropouts_drop_unless_told_that_nobody_trains()
    {
        manual_seed(1);
        Assert.NotEqual(0, Zeros(functional.dropout1d(ones(8, 8, 4))));
        Assert.NotEqual(0, Zeros(functional.dropout2d(ones(8, 8, 4, 4))));
        Assert.NotEqual(0, Zeros(functional.dropout3d(ones([8, 8, 2, 2, 2]))));
    }

    [Fact]
    public void Functional_alpha_dropouts_keep_everything_unless_told_that_somebody_trains()
    {
        manual_seed(1);
        Tensor x = ones(100, 10);
        Assert.True(functional.alpha_dropout(x).Equals(x));
        Assert.True(functional.feature_alpha_dropout(x).Equals(x));
        Assert.False(functional.alpha_dropout(x, training: true).Equals(x));
    }

    [Fact]
    public void What_is_kept_is_scaled_so_that_the_mean_stays()
    {
        manual_seed(2);
        Tensor y = functional.dropout(ones(20_000), 0.2);
        Assert.Equal(1.25, y.max().item<float>(), 5);
        Assert.Equal(1.0, y.mean().item<float>(), 1);
    }

    [Fact]
    public void Alpha_dropout_keeps_mean_and_variance()
    {
        manual_seed(3);
        Tensor y = functional.alpha_dropout(randn(100_000), 0.3, training: true);
        Assert.Equal(0.0, y.mean().item<float>(), 1);
        Assert.Equal(1.0, y.std().item<float>(), 1);
    }

    [Fact]
    public void Dropout2d_drops_whole_channels()
    {
        manual_seed(4);
        Tensor sums = functional.dropout2d(ones(16, 16, 3, 3), 0.5).sum([2, 3]);
        Assert.All(sums.data<float>().ToArray(), sum => Assert.True(sum is 0 or 18));
    }

    [Fact]
    public void The_gradient_passes_where_values_passed()
    {
        manual_seed(5);
        Tensor x = ones(100).requires_grad_();
        Tensor y = functional.dropout(x, 0.4);
        y.sum().backward();
        Assert.True(x.grad!.Equals(y.detach()));
    }

    [Fact]
    public void The_same_seed_drops_the_same()
    {
        manual_seed(6);
        Tensor first = functional.dropout(ones(100));
        manual_seed(6);
        Assert.True(first.Equals(functional.dropout(ones(100))));
    }

    [Fact]
    public void A_module_in_evaluation_keeps_everything_in_a_tensor_of_its_own()
    {
        using var dropout = Dropout(0.9);
        dropout.eval();
        Tensor x = ones(10);
        using (Tensor y = dropout.call(x)) Assert.True(y.Equals(x));
        Assert.False(x.IsInvalid);
    }

    [Fact]
    public void In_place_dropout_changes_its_input()
    {
        manual_seed(7);
        Tensor x = ones(100);
        Tensor y = functional.dropout(x, 0.5, inplace: true);
        Assert.True(x.Equals(y));
        Assert.NotEqual(0, Zeros(x));
    }

    [Fact]
    public void A_probability_above_one_is_refused() =>
        Assert.Contains("between 0 and 1, but got 1.5", Assert.Throws<ExternalException>(() => functional.dropout(ones(3), 1.5)).Message);

    [Fact]
    public void Attention_drops_whatever_the_mode()
    {
        manual_seed(8);
        Tensor q = randn(1, 4, 8);
        Assert.False(functional.scaled_dot_product_attention(q, q, q, p: 0.9).Equals(functional.scaled_dot_product_attention(q, q, q)));
    }
}

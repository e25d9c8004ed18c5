using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ManagedTorch.Tests.Layers;

public class BatchNormTests
{
    [Fact]
    public void A_training_batch_of_one_gives_zeros_and_no_exception()
    {
        using var norm = BatchNorm1d(3);
        Assert.True(norm.call(randn(1, 3)).Equals(zeros(1, 3)));
    }

    [Fact]
    public void Functional_batch_norm_uses_running_statistics_unless_told_that_somebody_trains()
    {
        Tensor x = randn(8, 3), mean = zeros(3), variance = ones(3);
        Assert.True(functional.batch_norm(x, mean, variance, eps: 0).allclose(x));
        Assert.True(mean.Equals(zeros(3)));
    }

    [Fact]
    public void Training_moves_running_statistics_by_the_momentum_with_the_unbiased_variance()
    {
        using var norm = BatchNorm1d(1, momentum: 0.5);
        norm.call(tensor([1f, 3]).reshape(2, 1));
        Assert.Equal(1f, norm.running_mean!.item<float>());
        Assert.Equal(1.5f, norm.running_var!.item<float>());
        Assert.Equal(1L, norm.num_batches_tracked!.item<long>());
    }

    [Fact]
    public void Evaluation_moves_nothing_and_uses_them()
    {
        using var norm = BatchNorm2d(2, affine: false);
        norm.call(randn(4, 2, 3, 3) + 5);
        norm.eval();
        Tensor mean = norm.running_mean!.clone(), x = randn(1, 2, 3, 3);
        Tensor expected = (x - mean.reshape(1, 2, 1, 1)) / (norm.running_var!.reshape(1, 2, 1, 1) + 1e-5).sqrt();
        Assert.True(norm.call(x).allclose(expected, 1e-5, 1e-6));
        Assert.True(mean.Equals(norm.running_mean!));
    }

    [Fact]
    public void Without_tracking_evaluation_uses_the_batch_too()
    {
        using var norm = BatchNorm1d(2, track_running_stats: false);
        norm.eval();
        Assert.Null(norm.running_mean);
        Assert.True(norm.call(randn(100, 2) * 7).std(0, unbiased: false).allclose(ones(2), 1e-3));
    }

    [Fact]
    public void Statistics_are_buffers_and_scale_and_offset_are_parameters()
    {
        using var norm = BatchNorm2d(2);
        Assert.Equal(["bias", "weight"], norm.named_parameters().Select(p => p.name).Order());
        Assert.Equal(["num_batches_tracked", "running_mean", "running_var"], norm.named_buffers().Select(b => b.name).Order());
    }

    [Fact]
    public void The_wrong_rank_or_channels_are_refused()
    {
        using var norm = BatchNorm2d(2);
        Assert.Throws<ArgumentException>(() => norm.call(randn(4, 2)));
        Assert.Contains("2 elements not 3", Assert.Throws<ExternalException>(() => functional.batch_norm(randn(4, 2), null, null, ones(3), training: true)).Message);
    }

    [Fact]
    public void Layer_norm_refuses_another_shape_with_both_shapes_in_the_message()
    {
        string message = Assert.Throws<ExternalException>(() => functional.layer_norm(randn(2, 3), [4])).Message;
        Assert.Contains("expected input with shape [*, 4]", message);
        Assert.Contains("[2, 3]", message);
    }

    [Fact]
    public void Group_norm_of_one_group_normalizes_an_image_whole()
    {
        using var norm = GroupNorm(1, 4);
        Tensor y = norm.call(randn(3, 4, 5, 5) * 9);
        Assert.True(y.reshape(3, -1).mean([1]).allclose(zeros(3), atol: 1e-5));
        Assert.True(y.reshape(3, -1).std(1, unbiased: false).allclose(ones(3), 1e-3));
    }
}

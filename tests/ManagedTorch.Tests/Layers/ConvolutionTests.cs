using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ManagedTorch.Tests.Layers;

public class ConvolutionTests
{
    [Fact]
    public void The_wrong_number_of_channels_is_refused_with_both_shapes()
    {
        string message = Assert.Throws<ExternalException>(() => functional.conv2d(randn(2, 3, 8, 8), randn(6, 4, 3, 3))).Message;
        Assert.Contains("weight of size [6, 4, 3, 3]", message);
        Assert.Contains("[2, 3, 8, 8]", message);
    }

    [Fact]
    public void A_kernel_larger_than_the_padded_image_is_refused_with_both_sizes()
    {
        string message = Assert.Throws<ExternalException>(() => functional.conv2d(randn(1, 1, 2, 2), randn(1, 1, 3, 3))).Message;
        Assert.Contains("(2 x 2)", message);
        Assert.Contains("(3 x 3)", message);
    }

    [Fact]
    public void Another_type_of_number_is_refused() =>
        Assert.Throws<ExternalException>(() => functional.conv2d(randn(1, 1, 4, 4), randn([1, 1, 3, 3], dtype: float64)));

    [Fact]
    public void A_module_refuses_images_with_other_channels()
    {
        using var conv = Conv2d(4, 6, 3);
        Assert.Throws<ArgumentException>(() => conv.call(randn(2, 3, 8, 8)));
    }

    [Fact]
    public void An_image_alone_gives_what_it_gives_in_a_batch()
    {
        using var conv = Conv2d(3, 5, 3, stride: 2, padding: 1);
        Tensor images = randn(2, 3, 7, 7);
        Assert.True(conv.call(images[1]).allclose(conv.call(images)[1], 1e-5, 1e-6));
    }

    [Fact]
    public void The_same_padding_keeps_the_size_whatever_the_kernel()
    {
        using var conv = Conv2d(1, 1, (4, 3), Padding.Same, dilation: (2, 1));
        Assert.Equal([1, 1, 9, 8], conv.call(randn(1, 1, 9, 8)).shape);
        Assert.Throws<ArgumentException>(() => Conv2d(1, 1, 3, Padding.Same, stride: 2));
    }

    [Fact]
    public void Circular_padding_sees_around_the_edge()
    {
        using var conv = Conv1d(1, 1, 3, padding: 1, padding_mode: PaddingModes.Circular, bias: false);
        using (no_grad()) conv.weight.copy_(tensor([1f, 0, 0]).reshape(1, 1, 3));
        Assert.True(conv.call(arange(4, dtype: float32).reshape(1, 1, 4)).Equals(tensor([3f, 0, 1, 2]).reshape(1, 1, 4)));
    }

    [Fact]
    public void Strided_views_are_convolved_as_their_copies()
    {
        Tensor x = randn(2, 5, 6, 3).permute(0, 3, 1, 2);
        Tensor w = randn(3, 4, 3, 3).transpose(0, 1);
        Assert.True(functional.conv2d(x, w).allclose(functional.conv2d(x.contiguous(), w.contiguous())));
    }

    [Fact]
    public void A_transposed_convolution_reaches_the_size_asked_for()
    {
        using var conv = ConvTranspose2d(2, 3, 3, stride: 2, padding: 1);
        Tensor x = randn(1, 2, 4, 4);
        Assert.Equal([1, 3, 7, 7], conv.call(x).shape);
        Assert.Equal([1, 3, 8, 8], conv.forward(x, [8, 8]).shape);
        Assert.Throws<ArgumentException>(() => conv.forward(x, [9, 9]));
    }

    [Fact]
    public void Two_runs_give_the_same_bits()
    {
        Tensor x = randn(33, 3, 9, 9), w = randn(5, 3, 3, 3).requires_grad_();
        Tensor Gradient() => autograd.grad([functional.conv2d(x, w).square().sum()], [w])[0];
        Assert.True(Gradient().Equals(Gradient()));
    }

    [Fact]
    public void An_empty_batch_gives_an_empty_batch()
    {
        using var conv = Conv2d(3, 5, 3);
        Assert.Equal([0, 5, 6, 6], conv.call(empty(0, 3, 8, 8)).shape);
    }
}

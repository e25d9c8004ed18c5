using System.Runtime.InteropServices;
using ManagedTorch.Tests.Tensors;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ManagedTorch.Tests.Layers;

/// <summary>Unfold and Fold, MaxUnpool, sampling by a grid: what takes elements elsewhere.</summary>
public class BlocksTests
{
    [Fact]
    public void A_convolution_is_a_product_with_unfolded_blocks()
    {
        using Tensor images = randn(2, 3, 6, 7, dtype: float64), weight = randn(4, 3, 2, 3, dtype: float64);
        using Tensor columns = functional.unfold(images, (2, 3), dilation: (2, 1), padding: (1, 0), stride: (1, 2));
        using Tensor convolved = functional.conv2d(images, weight, strides: [1, 2], padding: [1, 0], dilation: [2, 1]);
        Assert.Equal([2L, 18, convolved.shape[2] * convolved.shape[3]], columns.shape);
        Assert.True(weight.flatten(1).matmul(columns).reshape(convolved.shape).allclose(convolved));
    }

    [Fact]
    public void Folded_blocks_add_where_they_overlap()
    {
        using var unfold = Unfold(2);
        using var fold = Fold(3, 2);
        using Tensor image = ones(1, 1, 3, 3);
        Assert.Equal([1f, 2, 1, 2, 4, 2, 1, 2, 1], fold.call(unfold.call(image)).reshape(-1).data<float>().ToArray());
        Assert.ThrowsAny<ExternalException>(() => functional.fold(ones(1, 4, 3), 3, 2));
        Assert.ThrowsAny<ExternalException>(() => functional.unfold(image, 4));
    }

    [Fact]
    public void Pooled_maxima_go_back_where_they_were()
    {
        using Tensor image = arange(1, 17, dtype: float32).reshape(1, 1, 4, 4);
        var (values, indices) = functional.max_pool2d_with_indices(image, [2]);
        using var unpool = MaxUnpool2d(2, stride: 2);
        using Tensor back = unpool.call(values, indices);
        Assert.Equal([0f, 0, 0, 0, 0, 6, 0, 8, 0, 0, 0, 0, 0, 14, 0, 16], back.reshape(-1).data<float>().ToArray());
        Assert.Equal([1L, 1, 5, 5], unpool.call(values, indices, [5, 5]).shape);
        Assert.Equal([1L, 1, 5, 5], unpool.call(values, indices, [1, 1, 5, 5]).shape);
        Assert.ThrowsAny<ExternalException>(() => unpool.call(values, indices, [6, 6]));
        var (line, places) = functional.max_pool1d_with_indices(image.reshape(1, 1, 16), 4);
        Assert.Equal([1L, 1, 16], MaxUnpool1d(4).call(line, places).shape);
        var (volume, positions) = functional.max_pool3d_with_indices(image.reshape(1, 1, 4, 2, 2), [2]);
        Assert.Equal([8f, 16], MaxUnpool3d(2).call(volume, positions).masked_select(tensor(true)).data<float>().ToArray().Where(x => x > 0));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_grid_of_the_identity_samples_what_is_there(bool alignCorners)
    {
        using Tensor images = randn(2, 3, 4, 5), volumes = randn([1, 2, 3, 4, 5]);
        using Tensor flat = eye(2, 3).unsqueeze(0).repeat(2, 1, 1), deep = eye(3, 4).unsqueeze(0);
        Assert.True(functional.grid_sample(images, functional.affine_grid(flat, images.shape, alignCorners), align_corners: alignCorners).allclose(images, 1e-4, 1e-5));
        Assert.True(functional.grid_sample(volumes, functional.affine_grid(deep, volumes.shape, alignCorners), align_corners: alignCorners).allclose(volumes, 1e-4, 1e-5));
    }

    [Theory]
    [InlineData(GridSampleMode.Bilinear, GridSamplePaddingMode.Zeros, 2.5f, 0.25f, 0f)]
    [InlineData(GridSampleMode.Bilinear, GridSamplePaddingMode.Border, 2.5f, 1f, 4f)]
    [InlineData(GridSampleMode.Bilinear, GridSamplePaddingMode.Reflection, 2.5f, 1f, 1f)]
    [InlineData(GridSampleMode.Nearest, GridSamplePaddingMode.Border, 1f, 1f, 4f)]
    public void Between_and_beyond_the_elements_lie_mixtures_and_padding(GridSampleMode mode, GridSamplePaddingMode padding, float centre, float corner, float beyond)
    {
        using Tensor image = tensor([1f, 2, 3, 4]).reshape(1, 1, 2, 2);
        using Tensor grid = tensor([0f, 0, -1, -1, 2.5f, 2.5f]).reshape(1, 1, 3, 2);
        using Tensor sampled = functional.grid_sample(image, grid, mode, padding, align_corners: false);
        Assert.Equal([centre, corner, beyond], sampled.reshape(-1).data<float>().ToArray());
    }

    [Fact]
    public void Gradients_pass_to_where_the_elements_came_from()
    {
        manual_seed(2);
        Tensor image = randn(2, 2, 3, 4, dtype: float64), grid = rand(2, 2, 3, 2, dtype: float64) * 2.6 - 1.3;
        Gradients.CheckTwice(t => functional.unfold(t[0], (2, 3), padding: (1, 1), stride: (2, 1)), image);
        Gradients.CheckTwice(t => functional.fold(t[0], (3, 4), (2, 2), stride: (1, 2)), randn(1, 8, 4, dtype: float64));
        Gradients.CheckTwice(t => functional.max_unpool2d(t[0], functional.max_pool2d_with_indices(image, [1, 2]).indices, [1, 2]), randn(2, 2, 3, 2, dtype: float64));
        foreach (GridSamplePaddingMode padding in Enum.GetValues<GridSamplePaddingMode>())
        {
            Gradients.CheckTwice(t => functional.grid_sample(t[0], t[1], padding_mode: padding, align_corners: true), image, grid);
        }
        Gradients.CheckTwice(t => functional.affine_grid(t[0], [2, 1, 2, 3]), randn(2, 2, 3, dtype: float64));
        Gradients.Check(t => functional.grid_sample(t[0], t[1]), randn([1, 1, 2, 3, 2], dtype: float64), rand([1, 1, 2, 2, 3], dtype: float64) - 0.5);
    }
}

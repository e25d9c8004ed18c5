using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace ManagedTorch.Tests.Tensors;

public class ViewTests
{
    private static double[] Elements(Tensor t) => t.to(float64).data<double>().ToArray();

    [Fact]
    public void Views_share_their_elements()
    {
        Tensor x = arange(12f).reshape(3, 4);
        x.t()[1, 2] = tensor(50f);
        x[1].fill_(7);
        x.narrow(1, 3, 1).zero_();
        Assert.Equal([0, 1, 2, 0, 7, 7, 7, 0, 8, 50, 10, 0], Elements(x));
    }

    [Fact]
    public void Strides_say_how_a_view_lies()
    {
        Tensor x = zeros(2, 3, 4);
        Assert.Equal([12, 4, 1], x.stride());
        Assert.Equal([1, 12, 4], x.permute(2, 0, 1).stride());
        Assert.Equal([0, 12, 4, 1], x.expand(5, 2, 3, 4).stride());
        Assert.Equal([12, 8, 1], x.slice(1, 0, 3, 2).stride());
        Assert.Equal(6, x.select(1, 1).narrow(1, 2, 1).storage_offset());
        Assert.False(x.permute(2, 1, 0).is_contiguous());
        Assert.True(x.permute(2, 1, 0).contiguous().is_contiguous());
    }

    [Fact]
    public void A_permuted_tensor_cannot_be_viewed_but_reshaped()
    {
        Tensor x = arange(24).reshape(2, 3, 4).permute(0, 2, 1);
        var refused = Assert.Throws<ExternalException>(() => x.view(2, 12));
        Assert.Contains("Use .reshape(...) instead", refused.Message);
        Assert.Equal([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11], Elements(x.reshape(2, 12)[0]));
    }

    [Fact]
    public void A_shape_is_an_array_of_its_own_each_time()
    {
        Tensor x = ones(2);
        Assert.NotSame(x.shape, x.shape);
        x.shape[0] = 5;
        Assert.Equal([2], x.shape);
    }

    [Fact]
    public void One_size_is_inferred()
    {
        Assert.Equal([3, 4], arange(12).reshape(3, -1).shape);
        Assert.Equal([2, 2, 3], arange(12).reshape(4, 3).unflatten(0, 2, -1).shape);
        Assert.Throws<ExternalException>(() => arange(12).reshape(-1, -1));
        Assert.Throws<ExternalException>(() => arange(12).reshape(5, -1));
    }

    [Fact]
    public void Indexers_read()
    {
        Tensor x = arange(24).reshape(2, 3, 4);
        Assert.Equal(17, x[1, 1, 1].item<long>());
        Assert.Equal([20, 21, 22, 23], Elements(x[-1][-1]));
        Assert.Equal([2, 6, 10], Elements(x[0, TensorIndex.Colon, 2]));
        Assert.Equal([3, 7, 11, 15, 19, 23], Elements(x[.., .., ^1]));
        Assert.Equal([2, 1, 4], x[TensorIndex.Ellipsis, 1..2, TensorIndex.Colon].shape);
        Assert.Equal([2, 1, 3, 4], x[TensorIndex.Colon, TensorIndex.None].shape);
        Assert.Equal([8, 9, 10, 11, 0, 1, 2, 3], Elements(x[0][tensor([2L, 0L])]));
        Assert.Equal([1, 6], Elements(x[0][tensor([0L, 1L]), tensor([1L, 2L])]));
        Assert.Equal([21, 22, 23], Elements(x[x > 20]));
        Assert.Equal([2, 2, 4], x[TensorIndex.Colon, TensorIndex.Tensor(tensor([0L, 1L]))].shape);
        Assert.Equal([2, 2, 3], x[TensorIndex.Tensor(tensor([0L, 1L])), TensorIndex.Colon, TensorIndex.Tensor(tensor(new long[,] { { 0 }, { 1 } }))].shape[..1].Concat([2L, 3L]));
        Assert.Throws<ExternalException>(() => x[2]);
        Assert.Throws<ExternalException>(() => x[0][tensor([3L])]);
        Assert.Throws<ExternalException>(() => x[0, 0, 0, 0]);
    }

    [Fact]
    public void Indexers_write()
    {
        Tensor x = zeros(3, 4);
        x[0] = ones(4);
        x[1, 1] = tensor(5f);
        x[TensorIndex.Ellipsis, 3] = tensor(9f);
        x[tensor([2L]), tensor([0L])] = tensor(7f);
        x[x.eq(9)] = tensor(8f);
        Assert.Equal([1, 1, 1, 8, 0, 5, 0, 8, 7, 0, 0, 8], Elements(x));
        x.index_put_(ones(2), [TensorIndex.Tensor(tensor([0L, 0L])), TensorIndex.Tensor(tensor([0L, 0L]))], accumulate: true);
        Assert.Equal(3, x[0, 0].item<float>());
    }

    [Fact]
    public void An_index_out_of_range_is_refused_in_large_tensors_too()
    {
        Tensor index = zeros([1000, 200], int64);
        index[999, 199] = tensor(50L);
        Assert.Contains("out of bounds", Assert.Throws<ExternalException>(() => zeros(1000, 50).gather(1, index)).Message);
        Assert.Throws<ExternalException>(() => ones([300, 300], int64).floor_divide(zeros([300, 300], int64)));
    }

    [Fact]
    public void An_expanded_tensor_is_not_written()
    {
        Tensor x = ones(3, 1).expand(3, 4);
        Assert.Contains("single memory location", Assert.Throws<ExternalException>(() => x.add_(1)).Message);
        Assert.Equal(2, x.clone().add_(1)[2, 3].item<float>());
    }

    [Fact]
    public void Broadcasting_follows_the_trailing_dimensions()
    {
        Assert.Equal([2, 3, 4], (zeros(2, 1, 4) + zeros(3, 1)).shape);
        Assert.Equal([0, 3], (zeros(0, 3) + zeros(3)).shape);
        var refused = Assert.Throws<ExternalException>(() => zeros(2, 3) + zeros(4));
        Assert.Contains("must match the size of tensor b", refused.Message);
    }

    [Fact]
    public void Types_are_promoted_as_in_PyTorch()
    {
        Tensor whole = arange(3, dtype: int32);
        Assert.Equal(int32, (whole + 1).dtype);
        Assert.Equal(float32, (whole + 1.5).dtype);
        Assert.Equal(float32, (whole / 2).dtype);
        Assert.Equal(int64, (whole + tensor([1L])).dtype);
        Assert.Equal(int32, (whole + tensor(1L)).dtype);
        Assert.Equal(float32, (ones(2) * tensor(2.0)).dtype);
        Assert.Equal(float64, (ones(2) * tensor([2.0])).dtype);
        Assert.Equal(int64, (whole > 1).sum().dtype);
        Assert.Equal(@bool, (whole > 1).dtype);
        Assert.Equal([1, 2, -4], Elements(tensor([3, 5, -7]).floor_divide(2)));
        Assert.Equal([1, 1, 1], Elements(tensor([3, 5, -7]).remainder(2)));
        Assert.Throws<ExternalException>(() => whole.add_(0.5));
    }

    [Fact]
    public void Large_and_strided_operands_give_what_small_ones_give()
    {
        manual_seed(3);
        Tensor x = randn(300, 500, dtype: float64);
        Tensor sum = (x + x.narrow(0, 0, 1)).t() * x[0, 0];
        Assert.Equal((x[17, 400] + x[0, 400]).item<double>() * x[0, 0].item<double>(), sum[400, 17].item<double>());
        Assert.Equal(Elements(x).Sum(), x.t().sum().item<double>(), 1e-9);
        Assert.Equal(Elements(x.select(1, 499)).Max(), x.amax([0])[499].item<double>());
        Assert.True(x.matmul(x.t()).allclose((x.unsqueeze(1) * x.narrow(0, 0, 300).unsqueeze(0)).sum([2L])));
    }
}

using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace ManagedTorch.Tests.Tensors;

public class JoiningTests
{
    [Fact]
    public void Vectors_are_rows_columns_and_depths()
    {
        using Tensor a = tensor([1f, 2, 3]), b = tensor([4f, 5, 6]);
        Assert.Equal([1f, 4, 2, 5, 3, 6], column_stack(a, b).reshape(-1).data<float>().ToArray());
        Assert.Equal([1f, 2, 3, 4, 5, 6], row_stack(a, b).reshape(-1).data<float>().ToArray());
        Assert.Equal([1L, 3, 2], dstack(a, b).shape);
        Assert.Equal([3L, 3], column_stack(a, randn(3, 2)).shape);
    }

    [Fact]
    public void Parts_are_cut_at_positions()
    {
        using Tensor x = arange(8);
        Assert.Equal([1L, 5, 0, 2], x.tensor_split([1, 6, 6]).Select(part => part.shape[0]));
        Assert.Equal([6L, 2], x.tensor_split(tensor([-2L])).Select(part => part.shape[0]));
        using Tensor cube = zeros(2, 4, 6);
        Assert.Equal([2L, 2, 6], cube.hsplit(2)[1].shape);
        Assert.Equal([1L, 4, 6], vsplit(cube, [1])[1].shape);
        Assert.Equal([2L, 4, 3], dsplit(cube, (1, 4))[1].shape);
        Assert.Throws<ArgumentException>(() => cube.dsplit(4));
        cube.hsplit(2)[0].fill_(1);
        Assert.Equal(24, cube.sum().item<float>());
    }

    [Fact]
    public void Blocks_lie_on_a_diagonal()
    {
        using Tensor blocks = block_diag(tensor([1f, 2]), tensor([3f]), tensor([4f, 5]).unsqueeze(1));
        Assert.Equal([1f, 2, 0, 0, 0, 0, 3, 0, 0, 0, 0, 4, 0, 0, 0, 5], blocks.reshape(-1).data<float>().ToArray());
    }

    [Fact]
    public void Elements_are_paired_and_chosen()
    {
        Assert.Equal([1L, 4, 1, 5, 2, 4, 2, 5], cartesian_prod(tensor([1L, 2]), tensor([4L, 5])).reshape(-1).data<long>().ToArray());
        Assert.Equal([1L, 2, 1, 3, 2, 3], combinations(tensor([1L, 2, 3])).reshape(-1).data<long>().ToArray());
        Assert.Equal([6L, 2], combinations(tensor([1L, 2, 3]), with_replacement: true).shape);
        Assert.Equal([1L, 3], combinations(tensor([1L, 2, 3]), 3).shape);
    }

    [Fact]
    public void Triangles_have_indices()
    {
        Assert.Equal([0L, 1, 1, 2, 2, 2, 0, 0, 1, 0, 1, 2], tril_indices(3, 3).reshape(-1).data<long>().ToArray());
        Assert.Equal([0, 0, 1, 1, 2, 2], triu_indices(2, 3, offset: 1, dtype: int32).reshape(-1).data<int>().ToArray());
    }

    [Fact]
    public void vander_has_powers_in_its_columns()
    {
        Assert.Equal([1f, 1, 1, 4, 2, 1, 9, 3, 1], vander(tensor([1f, 2, 3])).reshape(-1).data<float>().ToArray());
        Assert.Equal([1f, 2, 1, 3], vander(tensor([2f, 3]), 2, increasing: true).reshape(-1).data<float>().ToArray());
    }

    [Fact]
    public void A_part_is_replaced_in_a_copy()
    {
        using Tensor x = zeros(2, 3);
        Assert.Equal([0f, 0, 0, 1, 1, 1], x.select_scatter(ones(3), 0, 1).reshape(-1).data<float>().ToArray());
        Assert.Equal([1f, 0, 1, 1, 0, 1], x.slice_scatter(ones(2, 2), 1, step: 2).reshape(-1).data<float>().ToArray());
        Assert.Equal([1f, 0, 0, 0, 1, 0], x.diagonal_scatter(ones(2)).reshape(-1).data<float>().ToArray());
        Assert.Equal(0, x.sum().item<float>());
        Assert.ThrowsAny<ExternalException>(() => x.select_scatter(ones(2), 0, 1));
    }

    [Fact]
    public void Gradients_pass_to_all_parts()
    {
        Tensor a = randn([2, 3], dtype: float64), b = randn([3], dtype: float64);
        Gradients.CheckTwice(t => block_diag(t[0], t[1]), a, b);
        Gradients.CheckTwice(t => cartesian_prod(t[0].reshape(-1), t[1]), a, b);
        Gradients.CheckTwice(t => column_stack(t[0].mT, t[1]), a, b);
        Gradients.CheckTwice(t => t[0].select_scatter(t[1], 0, 1), a, b);
        Gradients.CheckTwice(t => t[0].diagonal_scatter(t[1].narrow(0, 0, 2)), a, b);
        Gradients.CheckTwice(t => t[0].slice_scatter(t[1].unsqueeze(1).narrow(0, 0, 2), 1, 1, 2), a, b);
        Gradients.CheckTwice(t => cat(t[0].tensor_split([1], 1)[1].mul(2), t[1].vander(2)), a, b);

        static Tensor cat(Tensor x, Tensor y) => torch.cat([x.reshape(-1), y.reshape(-1)]);
    }

    [Fact]
    public void A_new_tensor_takes_the_type_of_another()
    {
        using Tensor x = zeros(1, dtype: float64);
        Assert.Equal(float64, x.new_zeros(2, 3).dtype);
        Assert.Equal([2L, 3, 4], x.new_ones(2, 3, 4).shape);
        Assert.Equal(7, x.new_full(2, 7).sum().item<double>() / 2);
        Assert.Equal(int64, x.new_empty(2, int64).dtype);
    }
}

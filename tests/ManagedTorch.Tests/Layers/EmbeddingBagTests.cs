using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ManagedTorch.Tests.Layers;

public class EmbeddingBagTests
{
    private static readonly Tensor Samples = tensor([1L, 2, 4, 5, 4, 3, 2, 9]);

    [Theory]
    [InlineData(EmbeddingBagMode.Sum, 36f, 54f)]
    [InlineData(EmbeddingBagMode.Mean, 9f, 13.5f)]
    [InlineData(EmbeddingBagMode.Max, 15f, 27f)]
    public void A_bag_is_reduced_to_one_row(EmbeddingBagMode mode, float first, float second)
    {
        using var bags = EmbeddingBag_from_pretrained(arange(30, dtype: float32).reshape(10, 3), mode: mode);
        using Tensor row = bags.call(Samples, tensor([0L, 4])), matrix = bags.call(Samples.reshape(2, 4));
        Assert.Equal([2L, 3], row.shape);
        Assert.Equal([first, second], row.select(1, 0).data<float>().ToArray());
        Assert.True(row.Equals(matrix));
        Assert.False(bags.weight!.requires_grad);
    }

    [Fact]
    public void An_empty_bag_is_zeros_and_the_last_offset_may_end_the_last_bag()
    {
        foreach (EmbeddingBagMode mode in Enum.GetValues<EmbeddingBagMode>())
        {
            using var bags = EmbeddingBag(10, 3, mode: mode, include_last_offset: true);
            using Tensor reduced = bags.call(Samples, tensor([0L, 0, 8]));
            Assert.Equal([2L, 3], reduced.shape);
            Assert.Equal(0, reduced[0].abs().sum().item<float>());
        }
    }

    [Fact]
    public void Padding_does_not_count()
    {
        using var bags = EmbeddingBag(10, 3, padding_index: 2);
        Assert.Equal(0, bags.weight![2].abs().sum().item<float>());
        Tensor expected = bags.weight![1] + bags.weight![4];
        Assert.True((bags.call(tensor(new long[,] { { 1, 2, 4, 2 } }))[0] * 2).allclose(expected));
        bags.call(Samples.reshape(2, 4)).sum().backward();
        Assert.Equal(0, bags.weight!.grad![2].abs().sum().item<float>());
    }

    [Fact]
    public void Gradients_are_those_of_the_product_with_a_matrix_of_bags()
    {
        using var bags = EmbeddingBag(10, 3, mode: EmbeddingBagMode.Sum, dtype: float64);
        using Tensor factors = rand(8, dtype: float64).requires_grad_(), other = factors.detach().clone().requires_grad_();
        using Tensor weight = bags.weight!.detach().clone().requires_grad_();
        using Tensor offsets = tensor([0L, 3]), towards = randn(2, 3, dtype: float64);
        (bags.call(Samples, offsets, factors) * towards).sum().backward();
        Tensor rows = functional.one_hot(Samples, 10).to(float64) * other.unsqueeze(1);
        Tensor product = stack([rows.narrow(0, 0, 3).sum(0L), rows.narrow(0, 3, 5).sum(0L)]).matmul(weight);
        (product * towards).sum().backward();
        Assert.True(bags.weight!.grad!.allclose(weight.grad!));
        Assert.True(factors.grad!.allclose(other.grad!));
    }

    [Fact]
    public void The_largest_alone_learns()
    {
        using var bags = EmbeddingBag_from_pretrained(arange(30, dtype: float32).reshape(10, 3), freeze: false, mode: EmbeddingBagMode.Max);
        bags.call(Samples.reshape(2, 4)).sum().backward();
        Assert.Equal([5L, 9], bags.weight!.grad!.sum(1).nonzero().reshape(-1).data<long>().ToArray());
    }

    [Fact]
    public void What_does_not_make_bags_is_refused()
    {
        using var bags = EmbeddingBag(10, 3);
        Assert.Throws<ArgumentException>(() => bags.call(Samples));
        Assert.Throws<ArgumentException>(() => bags.call(Samples.reshape(2, 4), tensor([0L])));
        Assert.Throws<ArgumentException>(() => bags.call(Samples.to(float32), tensor([0L])));
        Assert.ThrowsAny<ExternalException>(() => bags.call(Samples, tensor([0L]), ones(8)));
        Assert.ThrowsAny<ExternalException>(() => bags.call(tensor([10L]), tensor([0L])));
    }
}

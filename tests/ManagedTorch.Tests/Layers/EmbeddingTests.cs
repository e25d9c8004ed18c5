using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ManagedTorch.Tests.Layers;

public class EmbeddingTests
{
    [Fact]
    public void An_index_out_of_range_is_refused()
    {
        using var embedding = Embedding(3, 2);
        Assert.Equal("index out of range in self", Assert.Throws<ExternalException>(() => embedding.call(tensor([3L]))).Message);
    }

    [Fact]
    public void Indices_in_floating_point_are_refused()
    {
        using var embedding = Embedding(3, 2);
        Assert.Contains("Long, Int", Assert.Throws<ExternalException>(() => embedding.call(zeros(2))).Message);
    }

    [Fact]
    public void The_padding_row_is_zero_and_learns_nothing()
    {
        using var embedding = Embedding(3, 2, padding_idx: -3);
        Assert.True(embedding.weight![0].Equals(zeros(2)));
        embedding.call(tensor([0L, 1, 1])).sum().backward();
        Assert.True(embedding.weight!.grad!.Equals(tensor([0f, 0, 2, 2, 0, 0]).reshape(3, 2)));
    }

    [Fact]
    public void Pretrained_rows_are_frozen_unless_told_otherwise()
    {
        using var frozen = Embedding_from_pretrained(randn(3, 2));
        using var learning = Embedding_from_pretrained(randn(3, 2), freeze: false);
        Assert.False(frozen.weight!.requires_grad);
        Assert.True(learning.weight!.requires_grad);
    }

    [Fact]
    public void A_row_longer_than_the_largest_norm_is_cut_when_it_is_looked_up()
    {
        using var embedding = Embedding_from_pretrained(tensor([3f, 4, 0.3f, 0.4f]).reshape(2, 2), max_norm: 1);
        Assert.True(embedding.call(tensor([0L, 1])).norm(1).allclose(tensor([1f, 0.5f]), 1e-4));
    }

    [Fact]
    public void Classes_are_counted_where_one_hot_is_not_told_how_many() =>
        Assert.Equal([3, 5], functional.one_hot(tensor([0L, 4, 1])).shape);

    [Fact]
    public void A_class_beyond_those_of_one_hot_is_refused() =>
        Assert.Contains("smaller than num_classes", Assert.Throws<ExternalException>(() => functional.one_hot(tensor([5L]), 5)).Message);
}

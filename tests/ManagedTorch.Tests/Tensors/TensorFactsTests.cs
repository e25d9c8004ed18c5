using TorchSharp;
using static TorchSharp.torch;

namespace ManagedTorch.Tests.Tensors;

/// <summary>What surprises in single operations.</summary>
public class TensorFactsTests
{
    [Fact]
    public void Shapes_compared_by_the_operator_are_never_equal()
    {
        Assert.False(ones(2).shape == ones(2).shape);
        Assert.Equal(ones(2).shape, ones(2).shape);
    }

    [Fact]
    public void A_loss_above_its_clamp_has_no_gradient()
    {
        using Tensor weight = tensor([10f]).requires_grad_();
        weight.square().sum().clamp(max: 5).backward();
        Assert.Equal(0, weight.grad!.item<float>());
    }

    [Fact]
    public void cat_of_one_tensor_is_another_tensor()
    {
        using Tensor x = ones(2);
        using Tensor joined = cat([x]);
        Assert.NotSame(x, joined);
        joined.zero_();
        Assert.Equal(2, x.sum().item<float>());
    }

    [Fact]
    public void The_gradient_is_a_property_that_may_be_set()
    {
        using Tensor x = ones(2).requires_grad_();
        x.grad = full([2], 3f);
        Assert.Equal([3f, 3f], x.grad!.data<float>().ToArray());
    }

    [Fact]
    public void manual_seed_repeats_the_numbers()
    {
        manual_seed(4);
        using Tensor first = rand(3);
        manual_seed(4);
        using Tensor second = rand(3);
        Assert.True(first.Equals(second));
    }

    [Fact]
    public void retain_graph_keeps_a_graph_that_is_not_recorded_again()
    {
        using Tensor x = tensor([2f]).requires_grad_();
        using Tensor y = x.pow(3);
        y.backward(retain_graph: true);
        Assert.False(x.grad!.requires_grad);
        y.backward();
        Assert.Equal(24, x.grad!.item<float>());
    }

    [Fact]
    public void create_graph_records_the_gradient()
    {
        using Tensor x = tensor([2f]).requires_grad_();
        x.pow(3).backward(create_graph: true);
        using Tensor gradient = x.grad!;
        Assert.True(gradient.requires_grad);
        Assert.Equal(12, autograd.grad([gradient], [x])[0].item<float>());
    }

    [Fact]
    public void The_literal_zero_is_an_element_type_to_sum_and_a_dimension_only_as_a_long()
    {
        using Tensor x = full([2, 3], 100.5f);
        Assert.Equal((uint8, 600 % 256), (x.sum(0).dtype, x.sum(0).item<byte>()));
        Assert.Equal(uint8, x.prod(0).dtype);
        Assert.Equal([201f, 201, 201], x.sum(0L).data<float>().ToArray());
        Assert.Equal([2L], x.sum(1).shape);
    }
}

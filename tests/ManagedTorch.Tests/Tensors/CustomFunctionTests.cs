using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace ManagedTorch.Tests.Tensors;

/// <summary>Operations whose backward their author writes.</summary>
public class CustomFunctionTests
{
    private static Tensor Leaf(params double[] elements) => tensor(elements).requires_grad_();

    private static double[] Elements(Tensor? t) => t!.detach().data<double>().ToArray();

    [Fact]
    public void A_straight_through_estimator_rounds_and_passes_the_gradient_on()
    {
        Tensor x = Leaf(0.4, 1.6);
        Tensor y = StraightThrough.apply(x);
        Assert.Equal([0.0, 2.0], Elements(y));
        (y * y).sum().backward();
        Assert.Equal([0.0, 4.0], Elements(x.grad));
    }

    [Fact]
    public void Its_output_requires_grad_and_is_no_leaf()
    {
        Tensor y = StraightThrough.apply(Leaf(1));
        Assert.True(y.requires_grad);
        Assert.False(y.is_leaf);
    }

    [Fact]
    public void Without_an_input_that_requires_grad_nothing_is_recorded()
    {
        Assert.False(StraightThrough.apply(tensor([1.0])).requires_grad);
        using (no_grad()) Assert.False(StraightThrough.apply(Leaf(1)).requires_grad);
    }

    [Fact]
    public void Its_forward_runs_without_grad_and_its_backward_with_it_only_for_create_graph()
    {
        Tensor x = Leaf(3);
        Tensor y = Modes.apply(x);
        Assert.False(Modes.InForward);
        y.backward(retain_graph: true);
        Assert.False(Modes.InBackward);
        y.backward(create_graph: true);
        Assert.True(Modes.InBackward);
    }

    [Fact]
    public void Arguments_that_are_no_tensors_get_no_gradient()
    {
        Tensor x = Leaf(2, 3);
        ScaledSquare.apply("a name", x, 5.0, null!).sum().backward();
        Assert.Equal([20.0, 30.0], Elements(x.grad));
    }

    [Fact]
    public void Saved_tensors_give_it_derivatives_of_any_order()
    {
        Gradients.CheckTwice(x => ScaledSquare.apply("", x[0], 3.0, null!).exp(), tensor([0.3, -0.2]));
        Tensor x = Leaf(2);
        Tensor first = autograd.grad([ScaledSquare.apply("", x, 3.0, null!)], [x], create_graph: true)[0];
        Assert.Equal(12, first.item<double>());
        Assert.Equal(6, autograd.grad([first], [x])[0].item<double>());
    }

    [Fact]
    public void A_saved_output_is_read_with_its_place_in_the_graph() =>
        Gradients.CheckTwice(x => Exponential.apply(x[0]), tensor([0.3, -0.2]));

    [Fact]
    public void A_saved_tensor_that_was_written_is_noticed()
    {
        Tensor x = Leaf(2), inner = x * 1;
        Tensor y = ScaledSquare.apply("", inner, 3.0, null!);
        inner.add_(1);
        Assert.Contains("modified by an inplace operation", Assert.Throws<ExternalException>(() => y.sum().backward()).Message);
    }

    [Fact]
    public void A_second_backward_finds_the_saved_tensors_freed()
    {
        Tensor y = ScaledSquare.apply("", Leaf(2), 3.0, null!).sum();
        y.backward();
        Assert.Contains("second time", Assert.Throws<ExternalException>(() => y.backward()).Message);
    }

    [Fact]
    public void Null_is_no_gradient()
    {
        Tensor x = Leaf(2), y = Leaf(3);
        Sum.apply(x, y).backward();
        Assert.Equal([1.0], Elements(x.grad));
        Assert.Null(y.grad);
    }

    [Fact]
    public void Gradients_of_another_shape_are_summed_to_the_shape_of_the_input()
    {
        Tensor x = Leaf(1), y = tensor([1.0, 2, 3]);
        Sum.apply(x, y).sum().backward();
        Assert.Equal([3.0], Elements(x.grad));
    }

    [Fact]
    public void Tensors_of_its_backward_live_on()
    {
        Keeping.apply(Leaf(1, 2)).sum().backward();
        Assert.Equal([1.0, 1.0], Elements(Keeping.Kept));
    }

#if MANAGED_TORCH
    // On the native library an exception that leaves a backward ends the process.
    [Fact]
    public void An_exception_in_its_backward_comes_out_as_it_is()
    {
        Tensor y = Failing.apply(Leaf(1));
        Assert.Equal("mine", Assert.Throws<InvalidTimeZoneException>(() => y.backward()).Message);
        Assert.True(is_grad_enabled());
    }

    [Fact]
    public void A_gradient_too_many_throws_NotImplementedException() =>
        Assert.Throws<NotImplementedException>(() => TooMany.apply(Leaf(1)).backward());
#endif
}

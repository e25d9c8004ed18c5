using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace ManagedTorch.Tests.Tensors;

/// <summary>What becomes of the outputs of a custom function: several, unused, marked, or the inputs themselves.</summary>
public class CustomOutputTests
{
    private static Tensor Leaf(params double[] elements) => tensor(elements).requires_grad_();

    private static double[] Elements(Tensor? t) => t!.detach().data<double>().ToArray();

    [Fact]
    public void Several_outputs_have_derivatives_of_any_order() =>
        Gradients.CheckTwice(x => { List<Tensor> waves = Waves.apply(x[0]); return waves[0] * waves[1].exp(); }, tensor([0.3, -0.8]));

    [Fact]
    public void The_gradient_of_an_output_that_nobody_used_is_zeros_of_its_shape()
    {
        Tensor x = Leaf(0, 0);
        Waves.apply(x)[0].sum().backward();
        Assert.Equal([1.0, 1.0], Elements(x.grad));
        Assert.Equal([0.0, 0.0], Elements(Waves.Arrived[1]));
    }

    [Fact]
    public void It_is_an_invalid_tensor_where_gradients_are_not_filled_in()
    {
        Tensor x = Leaf(0, 0);
        BareWaves.apply(x)[0].sum().backward();
        Assert.Equal([1.0, 1.0], Elements(x.grad));
    }

    [Fact]
    public void Integers_and_what_is_marked_have_no_gradient()
    {
        Tensor x = Leaf(1, 5, 2);
        List<Tensor> outputs = Largest.apply(x);
        Assert.Equal([true, false, false], outputs.Select(output => output.requires_grad));
        (outputs[0] * 3).backward();
        Assert.Equal([0.0, 3.0, 0.0], Elements(x.grad));
    }

    [Fact]
    public void An_input_written_and_marked_dirty_gets_the_functions_gradient()
    {
        Tensor x = Leaf(1, 2), inner = x * 1;
        Tensor y = DoublingInPlace.apply(inner);
        Assert.Equal([2.0, 4.0], Elements(inner));
        (y + inner).sum().backward();
        Assert.Equal([4.0, 4.0], Elements(x.grad));
    }

    [Fact]
    public void A_view_that_is_written_passes_it_on_to_its_base()
    {
        Tensor x = Leaf(1, 2, 3), inner = x * 1;
        DoublingInPlace.apply(inner.narrow(0, 0, 2));
        inner.sum().backward();
        Assert.Equal([2.0, 2.0, 1.0], Elements(x.grad));
    }

    [Fact]
    public void A_leaf_that_requires_grad_cannot_be_marked_dirty() =>
        Assert.Contains("leaf Variable", Assert.Throws<ExternalException>(() => DoublingInPlace.apply(Leaf(1))).Message);

    [Fact]
    public void An_input_that_comes_out_unchanged_is_another_tensor_with_the_functions_gradient()
    {
        Tensor x = Leaf(1, 2);
        Tensor y = Reversal.apply(x);
        Assert.True(x.is_leaf);
        Assert.False(y.is_leaf);
        y.sum().backward();
        Assert.Equal([-1.0, -1.0], Elements(x.grad));
    }

    [Fact]
    public void Such_an_output_cannot_be_written_past_the_functions_backward()
    {
        Tensor y = Reversal.apply(Leaf(1, 2) * 1);
        Assert.Throws<ExternalException>(() => y.mul_(2));
    }
}

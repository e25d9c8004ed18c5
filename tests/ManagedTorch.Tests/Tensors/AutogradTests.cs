using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace ManagedTorch.Tests.Tensors;

public class AutogradTests
{
    private static Tensor Leaf(params float[] elements) => tensor(elements).requires_grad_();

    private static string Message(Action action) => Assert.Throws<ExternalException>(action).Message;

    [Fact]
    public void Gradients_accumulate_in_leaves()
    {
        Tensor x = Leaf(1, 2);
        Assert.Null(x.grad);
        (x * 3).sum().backward();
        (x * x).sum().backward();
        Assert.Equal([5f, 7f], x.grad!.data<float>().ToArray());
        x.grad = null;
        Assert.Null(x.grad);
    }

    [Fact]
    public void A_tensor_used_twice_gets_both_gradients()
    {
        Tensor x = Leaf(2);
        Tensor y = x * x;
        (y * y + y).sum().backward();
        Assert.Equal(36, x.grad!.item<float>());
    }

    [Fact]
    public void No_grad_records_nothing_until_it_is_disposed()
    {
        Tensor x = Leaf(1);
        using (no_grad())
        {
            Assert.False(is_grad_enabled());
            Assert.False((x * 2).requires_grad);
            using (enable_grad()) Assert.True((x * 2).requires_grad);
            Assert.False(is_grad_enabled());
        }
        Assert.True((x * 2).requires_grad);
        bool elsewhere = false;
        using (no_grad())
        {
            var thread = new Thread(() => elsewhere = is_grad_enabled());
            thread.Start();
            thread.Join();
        }
        Assert.True(elsewhere);
    }

    [Fact]
    public void A_saved_tensor_that_was_written_is_noticed()
    {
        Tensor x = Leaf(1, 2);
        Tensor y = x.exp();
        y.add_(1);
        Assert.Contains("modified by an inplace operation", Message(() => y.sum().backward()));

        Tensor w = ones(2);
        Tensor product = x * w;
        w[0].zero_();
        Assert.Contains("modified by an inplace operation", Message(() => product.sum().backward()));
    }

    [Fact]
    public void What_backward_does_not_need_may_be_written()
    {
        Tensor x = Leaf(1, 2);
        Tensor y = x + 1;
        y.mul_(3);
        y.sum().backward();
        Assert.Equal([3f, 3f], x.grad!.data<float>().ToArray());
    }

    [Fact]
    public void A_graph_runs_once_unless_it_is_retained()
    {
        Tensor x = Leaf(1, 2);
        Tensor y = x.exp().sum();
        y.backward(retain_graph: true);
        y.backward();
        Assert.Contains("second time", Message(y.backward));
    }

    [Fact]
    public void A_leaf_that_requires_grad_is_not_written()
    {
        Tensor x = Leaf(1, 2);
        Assert.Contains("a leaf Variable that requires grad", Message(() => x.add_(1)));
        Assert.Contains("a view of a leaf Variable", Message(() => x[0].add_(1)));
        using (no_grad()) x.add_(1);
        Assert.Equal([2f, 3f], x.detach().data<float>().ToArray());
        Assert.True(x.is_leaf);
    }

    [Fact]
    public void Only_floating_types_require_grad()
    {
        Assert.Contains("floating point", Message(() => arange(3).requires_grad_()));
        Assert.False((Leaf(1, 2) > 1).requires_grad);
        Assert.False(Leaf(1, 2).argmax().requires_grad);
    }

    [Fact]
    public void Only_one_element_starts_a_backward_by_itself()
    {
        Tensor x = Leaf(1, 2);
        Assert.Contains("scalar outputs", Message((x * 2).backward));
        Assert.Contains("does not require grad", Message(ones(1).backward));
        (x * 2).backward([tensor([1f, 10f])]);
        Assert.Equal([2f, 20f], x.grad!.data<float>().ToArray());
    }

    [Fact]
    public void Gradients_of_chosen_inputs_leave_the_leaves_alone()
    {
        Tensor x = Leaf(3);
        Tensor w = Leaf(5);
        Tensor hidden = x * w;
        Tensor loss = (hidden * hidden).sum();
        IList<Tensor> gradients = autograd.grad([loss], [hidden, x], retain_graph: true);
        Assert.Equal(30, gradients[0].item<float>());
        Assert.Equal(150, gradients[1].item<float>());
        Assert.Null(x.grad);
        loss.backward(inputs: [w]);
        Assert.Null(x.grad);
        Assert.Equal(90, w.grad!.item<float>());
        Assert.Contains("not have been used", Message(() => autograd.grad([(x * 2).sum()], [w])));
        Assert.True(autograd.grad([(x * 2).sum()], [w], allow_unused: true)[0].IsInvalid);
    }

    [Fact]
    public void Gradients_have_gradients()
    {
        Tensor x = tensor(2.0).requires_grad_();
        Tensor first = autograd.grad([x.pow(4)], [x], create_graph: true)[0];
        Tensor second = autograd.grad([first], [x], create_graph: true)[0];
        Tensor third = autograd.grad([second], [x])[0];
        Assert.Equal([32, 48, 48], new[] { first, second, third }.Select(g => g.item<double>()));
    }

    [Fact]
    public void An_inner_tensor_keeps_its_gradient_on_request()
    {
        Tensor x = Leaf(1, 2);
        Tensor y = x * 2;
        y.retain_grad();
        (y * y).sum().backward();
        Assert.Equal([4f, 8f], y.grad!.data<float>().ToArray());
    }

    [Fact]
    public void A_detached_tensor_shares_elements_but_no_graph()
    {
        Tensor x = Leaf(1, 2);
        Tensor y = (x * 2).detach();
        Assert.False(y.requires_grad);
        Assert.True(y.is_leaf);
        Tensor d = x.detach();
        d[0] = tensor(9f);
        Assert.Equal([9f, 2f], x.detach().data<float>().ToArray());
    }

    [Fact]
    public void Tensors_of_the_graph_may_be_disposed_before_backward()
    {
        Tensor x = Leaf(1, 2);
        Tensor loss;
        using (DisposeScope scope = NewDisposeScope())
        {
            loss = (x.exp() * x.sin()).pow(2).sum().MoveToOuterDisposeScope();
        }
        for (int i = 0; i < 100; i++) zeros(2).Dispose();
        loss.backward();
        double expected = 2 * Math.Exp(1) * Math.Sin(1) * Math.Exp(1) * (Math.Sin(1) + Math.Cos(1));
        Assert.Equal(expected, x.grad![0].item<float>(), 1e-4);
    }

    [Fact]
    public void Shapes_that_cannot_be_multiplied_are_named()
    {
        Assert.Contains("(4x3 and 5x2)", Message(() => ones(4, 3).matmul(ones(5, 2))));
    }
}

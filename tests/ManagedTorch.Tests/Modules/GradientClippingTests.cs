using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ManagedTorch.Tests.Modules;

public class GradientClippingTests
{
    [Fact]
    public void clip_grad_norm_returns_the_norm_before()
    {
        using Parameter parameter = WithGradient(3, 4);
        Assert.Equal(5, nn.utils.clip_grad_norm_([parameter], 1), 1e-5);
        Assert.Equal(1, parameter.grad!.norm().item<float>(), 1e-4);
    }

    [Fact]
    public void clip_grad_norm_leaves_small_gradients_as_they_are()
    {
        using Parameter parameter = WithGradient(3, 4);
        nn.utils.clip_grad_norm_([parameter], 10);
        Assert.Equal([3f, 4f], parameter.grad!.data<float>().ToArray());
    }

    [Fact]
    public void clip_grad_norm_takes_the_maximum_norm()
    {
        using Parameter parameter = WithGradient(-3, 2);
        Assert.Equal(3, nn.utils.clip_grad_norm_([parameter], 1, double.PositiveInfinity), 1e-5);
    }

    [Fact]
    public void clip_grad_value_clamps_each_element()
    {
        using Parameter parameter = WithGradient(-3, 0.5f);
        nn.utils.clip_grad_value_([parameter], 1);
        Assert.Equal([-1f, 0.5f], parameter.grad!.data<float>().ToArray());
    }

    private static Parameter WithGradient(params float[] gradient)
    {
        Parameter parameter = nn.Parameter(zeros(gradient.Length));
        parameter.grad = tensor(gradient);
        return parameter;
    }
}

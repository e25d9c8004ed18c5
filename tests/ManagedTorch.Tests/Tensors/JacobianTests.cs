using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace ManagedTorch.Tests.Tensors;

public class JacobianTests
{
    private static Tensor Sample(params long[] shape)
    {
        manual_seed(5);
        return randn(shape, dtype: float64);
    }

    [Fact]
    public void One_input_and_one_output()
    {
        Tensor x = Sample(2, 3);
        AssertClose(Differences(Wave, x), functional.jacobian(Wave, x));
    }

    [Fact]
    public void One_input_and_several_outputs()
    {
        Tensor x = Sample(3);
        Tensor[] jacobians = [.. functional.jacobian((Tensor t) => new[] { t.square(), t.sum() }, x)];
        Assert.Equal([3, 3], jacobians[0].shape);
        AssertClose((x * 2).diag(), jacobians[0]);
        AssertClose(ones(3, dtype: float64), jacobians[1]);
    }

    [Fact]
    public void Several_inputs_and_one_output()
    {
        Tensor a = Sample(2, 3), b = Sample(3, 2) + 1;
        Tensor[] jacobians = [.. functional.jacobian((Tensor[] t) => t[0].matmul(t[1]).exp(), a, b)];
        Assert.Equal([2, 2, 2, 3], jacobians[0].shape);
        AssertClose(Differences(x => x.matmul(b).exp(), a), jacobians[0]);
        AssertClose(Differences(x => a.matmul(x).exp(), b), jacobians[1]);
    }

    [Fact]
    public void Several_inputs_and_outputs_come_output_by_output()
    {
        Tensor a = Sample(2), b = Sample(2) + 1;
        Tensor[] jacobians = [.. functional.jacobian((Tensor[] t) => new[] { t[0] * t[1], t[1].sin() }, a, b)];
        Assert.Equal(4, jacobians.Length);
        AssertClose(b.diag(), jacobians[0]);
        AssertClose(a.diag(), jacobians[1]);
        AssertClose(zeros(2, 2, dtype: float64), jacobians[2]);
        AssertClose(b.cos().diag(), jacobians[3]);
    }

    [Fact]
    public void Inputs_stay_as_they_are_and_grad_mode_does_not_matter()
    {
        Tensor x = Sample(2);
        using (no_grad()) AssertClose((x * 2).diag(), functional.jacobian((Tensor t) => t.square(), x));
        Assert.False(x.requires_grad);
        Assert.Null(x.grad);
    }

    [Fact]
    public void Only_the_jacobian_is_left()
    {
        Tensor x = Sample(2);
        using DisposeScope scope = NewDisposeScope();
        Tensor jacobian = functional.jacobian((Tensor t) => t.square().sin(), x);
        Assert.Equal(1, scope.DisposablesCount);
        Assert.True(scope.Contains(jacobian));
    }

    private static Tensor Wave(Tensor x) => x.sin() * x.sum(0L);

    private static void AssertClose(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.True(expected.allclose(actual, 1e-6, 1e-8), $"{expected}\n{actual}");
    }

    private static Tensor Differences(Func<Tensor, Tensor> function, Tensor x)
    {
        const double step = 1e-6;
        long[] output = function(x).shape;
        Tensor[] columns =
        [
            .. Enumerable.Range(0, (int)x.numel()).Select(at =>
            {
                Tensor moved = zeros(x.numel(), dtype: float64);
                moved[at] = tensor(step);
                Tensor change = moved.reshape(x.shape);
                return (function(x + change) - function(x - change)) / (2 * step);
            }),
        ];
        return stack(columns, -1).reshape([.. output, .. x.shape]);
    }
}

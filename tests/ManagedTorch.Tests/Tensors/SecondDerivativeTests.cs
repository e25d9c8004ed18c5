using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ManagedTorch.Tests.Tensors;

/// <summary>First and second derivatives of compositions and of what is differentiable in parts, against central differences.</summary>
public class SecondDerivativeTests
{
    private static readonly Dictionary<string, (Func<Tensor[], Tensor> Function, long[][] Shapes)> Cases = new()
    {
        ["erfc"] = (x => x[0].erfc(), [[3, 4]]),
        ["logit"] = (x => (x[0].sigmoid() * 0.8 + 0.1).logit(), [[3, 4]]),
        ["xlogy"] = (x => x[0].xlogy(x[1].abs() + 0.5), [[3, 4], [4]]),
        ["logaddexp"] = (x => x[0].logaddexp(x[1]), [[3, 4], [4]]),
        ["hypot"] = (x => x[0].hypot(x[1] + 3), [[3, 4], [4]]),
        ["fmod and remainder"] = (x => x[0].fmod(0.7) * x[1].remainder(0.7), [[3, 4], [3, 4]]),
        ["maximum and minimum"] = (x => x[0].maximum(x[1]) * x[0].minimum(x[1]), [[3, 4], [3, 4]]),
        ["nan_to_num"] = (x => x[0].nan_to_num() * x[0], [[3, 4]]),
        ["frac and trunc"] = (x => x[0].frac() * x[0] + x[0].trunc(), [[3, 4]]),
        ["addcmul and addcdiv"] = (x => x[0].addcmul(x[1], x[2], 0.5).addcdiv(x[0], x[1].abs() + 1, 0.3), [[3, 4], [3, 4], [3, 4]]),
        ["float_power"] = (x => (x[0].abs() + 0.5).float_power(2.5), [[3, 4]]),
        ["dist"] = (x => x[0].dist(x[1]), [[3, 4], [3, 4]]),
        ["dot, mv and outer"] = (x => x[0].mv(x[1]).dot(x[2]) * x[1].outer(x[2]), [[3, 4], [4], [3]]),
        ["bmm and baddbmm"] = (x => x[2].baddbmm(x[0], x[1], 0.5f, 2) + x[0].bmm(x[1]), [[2, 3, 4], [2, 4, 2], [2, 3, 2]]),
        ["kron"] = (x => x[0].kron(x[1]), [[2, 2], [2, 3]]),
        ["tensordot"] = (x => tensordot(x[0], x[1], [1L], [0L]), [[2, 3], [3, 2]]),
        ["trace"] = (x => x[0].trace() * x[0], [[3, 3]]),
        ["logcumsumexp"] = (x => x[0].logcumsumexp(1), [[3, 4]]),
        ["nansum and nanmean"] = (x => x[0].nansum() * x[0].square().nanmean(), [[3, 4]]),
        ["quantile"] = (x => x[0].quantile(0.3, 1), [[3, 5]]),
        ["amax over equal elements"] = (x => cat([x[0], x[0]], 1).amax([1]) * x[0].sum(), [[3, 4]]),
        ["diff"] = (x => x[0].diff(dim: 1), [[3, 4]]),
        ["masked_scatter"] = (x => x[0].masked_scatter(x[0] > 0, x[1].square()), [[3, 4], [3, 4]]),
        ["index_fill and index_copy"] = (x => x[0].index_fill(0, tensor([1L]), 2).index_copy(1, tensor([3L, 0]), x[1].exp()), [[3, 4], [3, 2]]),
        ["take_along_dim"] = (x => x[0].take_along_dim(tensor([0L, 3, 3]).reshape(3, 1), 1), [[3, 4]]),
        ["rot90 and tile"] = (x => x[0].rot90().tile([2, 1]), [[2, 3]]),
        ["elu, selu and celu"] = (x => functional.elu(x[0], 1) * functional.selu(x[0]) * functional.celu(x[0], 0.7), [[3, 4]]),
        ["silu, mish and softplus"] = (x => functional.silu(x[0]) * functional.mish(x[0]) + functional.softplus(x[0]), [[3, 4]]),
        ["gelu"] = (x => functional.gelu(x[0]), [[3, 4]]),
        ["leaky_relu and hardtanh"] = (x => functional.leaky_relu(x[0], 0.1) * functional.hardtanh(x[0]), [[3, 4]]),
        ["hardswish and hardsigmoid"] = (x => functional.hardswish(x[0]) + functional.hardsigmoid(x[0]) * x[0], [[3, 4]]),
        ["softshrink and tanhshrink"] = (x => functional.softshrink(x[0], 0.3) + functional.tanhshrink(x[0]), [[3, 4]]),
        ["softmin"] = (x => functional.softmin(x[0], 1), [[3, 4]]),
        ["division twice"] = (x => x[0] / (x[1].square() + 1) / (x[0].square() + 1), [[3, 4], [4]]),
        ["softmax of a product"] = (x => x[0].matmul(x[1]).softmax(-1).log(), [[3, 4], [4, 2]]),
        ["logsumexp of two dimensions"] = (x => x[0].logsumexp(0).square(), [[3, 4]]),
        ["smooth_l1 and huber"] = (x => functional.smooth_l1_loss(x[0], x[1], beta: 0.5) + functional.huber_loss(x[0], x[1], 0.5), [[3, 4], [3, 4]]),
        ["kl_div"] = (x => functional.kl_div(functional.log_softmax(x[0], 1), functional.log_softmax(x[1], 1)), [[3, 4], [3, 4]]),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Derivatives_agree_with_differences(string name)
    {
        manual_seed(11);
        var (function, shapes) = Cases[name];
        Gradients.CheckTwice(function, Array.ConvertAll(shapes, shape => randn(shape, dtype: float64)));
    }
}

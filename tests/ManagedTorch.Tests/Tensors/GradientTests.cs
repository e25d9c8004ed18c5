using TorchSharp;
using static TorchSharp.torch;

namespace ManagedTorch.Tests.Tensors;

public class GradientTests
{
    private static readonly Dictionary<string, Func<Tensor, Tensor>> Unary = new()
    {
        ["neg"] = x => -x,
        ["abs"] = x => x.abs(),
        ["exp"] = x => x.exp(),
        ["log"] = x => x.abs().log(),
        ["log1p"] = x => x.abs().log1p(),
        ["log2"] = x => x.abs().log2(),
        ["log10"] = x => x.abs().log10(),
        ["expm1"] = x => x.expm1(),
        ["exp2"] = x => x.exp2(),
        ["sqrt"] = x => x.abs().sqrt(),
        ["rsqrt"] = x => x.abs().rsqrt(),
        ["square"] = x => x.square(),
        ["pow"] = x => x.pow(3),
        ["reciprocal"] = x => x.reciprocal(),
        ["sin"] = x => x.sin(),
        ["cos"] = x => x.cos(),
        ["tan"] = x => x.tan(),
        ["sinh"] = x => x.sinh(),
        ["cosh"] = x => x.cosh(),
        ["tanh"] = x => x.tanh(),
        ["asin"] = x => (x * 0.3).asin(),
        ["acos"] = x => (x * 0.3).acos(),
        ["atan"] = x => x.atan(),
        ["asinh"] = x => x.asinh(),
        ["acosh"] = x => (x.abs() + 1.5).acosh(),
        ["atanh"] = x => (x * 0.3).atanh(),
        ["sigmoid"] = x => x.sigmoid(),
        ["log_sigmoid"] = x => x.log_sigmoid(),
        ["erf"] = x => x.erf(),
        ["relu"] = x => x.relu(),
        ["clamp"] = x => x.clamp(-0.5, 0.7),
        ["softmax"] = x => x.softmax(0),
        ["log_softmax"] = x => x.log_softmax(-1),
        ["logsumexp"] = x => x.logsumexp(1),
        ["sum"] = x => x.sum([0L]),
        ["mean"] = x => x.mean([1L], keepdim: true),
        ["prod"] = x => x.prod(1),
        ["var"] = x => x.var(1),
        ["std"] = x => x.std(),
        ["norm"] = x => x.norm(1),
        ["norm 3"] = x => x.norm(3f),
        ["cumsum"] = x => x.cumsum(1),
        ["cumprod"] = x => x.cumprod(1),
        ["max"] = x => x.max(1).values,
        ["amin"] = x => x.amin([0, 1]),
        ["sort"] = x => x.sort(1).Values,
        ["topk"] = x => x.topk(2, 1).values,
        ["median"] = x => x.median(),
        ["permute and reshape"] = x => x.t().reshape(3, 4),
        ["expand"] = x => x.unsqueeze(0).expand(2, -1, -1),
        ["narrow and select"] = x => x.narrow(1, 1, 2).select(0, 0),
        ["step"] = x => x[.., TensorIndex.Slice(0, null, 2)],
        ["diagonal"] = x => x.diagonal(1),
        ["tril"] = x => x.tril(),
        ["diag_embed"] = x => x.diag_embed(),
        ["flip and roll"] = x => x.flip(0).roll(1, 1),
        ["repeat"] = x => x.repeat(2, 1),
        ["unfold"] = x => x.unfold(1, 2, 1),
        ["as_strided"] = x => x.as_strided([2, 3], [4, 1], 1),
        ["index"] = x => x[tensor([2L, 0, 2])],
        ["two indices"] = x => x[tensor([2L, 0]), tensor([1L, 1])],
        ["masked_select"] = x => x.masked_select(tensor(new[] { true, false, true, true })),
        ["masked_fill"] = x => x.masked_fill(x > 0.2, 0),
        ["where"] = x => where(x > 0, x * x, x * 3),
        ["gather"] = x => x.gather(1, tensor(new long[,] { { 0, 3 }, { 1, 1 } })),
        ["einsum"] = x => einsum("ij,kj->ik", x, x),
        ["einsum trace"] = x => einsum("ii", x[.., TensorIndex.Slice(0, 3)]),
    };

    public static TheoryData<string> Names => [.. Unary.Keys];

    private static Tensor Sample(params long[] shape)
    {
        manual_seed(7);
        return randn(shape, dtype: float64);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void First_and_second_gradients_agree_with_central_differences(string name) => Gradients.CheckTwice(x => Unary[name](x[0]), Sample(3, 4));

    [Fact]
    public void Gradients_of_broadcast_operands_are_summed()
    {
        Gradients.CheckTwice(x => (x[0] + x[1]) * x[2] / (x[1].exp() + 1), Sample(2, 3, 4), Sample(3, 1), Sample(4));
    }

    [Fact]
    public void Gradients_of_matrix_products()
    {
        Gradients.CheckTwice(x => x[0].matmul(x[1]), Sample(2, 1, 3, 4), Sample(5, 4, 2));
        Gradients.CheckTwice(x => x[0].matmul(x[1]), Sample(3, 4), Sample(4));
        Gradients.Check(x => x[0].addmm(x[1], x[2], 0.5f, 2), Sample(3, 2), Sample(3, 4), Sample(4, 2));
    }

    [Fact]
    public void Gradients_of_powers_and_angles()
    {
        Gradients.CheckTwice(x => x[0].abs().pow(x[1]), Sample(3, 4), Sample(4));
        Gradients.CheckTwice(x => x[0].atan2(x[1] + 3), Sample(3, 4), Sample(4));
        Gradients.CheckTwice(x => x[0].lerp(x[1], x[2]), Sample(3, 4), Sample(4), Sample(3, 1));
    }

    [Fact]
    public void Gradients_of_scattered_and_joined_tensors()
    {
        Tensor index = tensor(new long[,] { { 0, 3, 0 }, { 1, 1, 2 } });
        Gradients.CheckTwice(x => x[0].square().scatter_add(1, index, x[1].exp()), Sample(3, 4), Sample(2, 3));
        Gradients.CheckTwice(x => cat([x[0], x[1].square()], 1), Sample(3, 4), Sample(3, 2));
        Gradients.CheckTwice(x => stack([x[0], x[1].square()], 1), Sample(3, 4), Sample(3, 4) + 1);
        Gradients.CheckTwice(x => x[0].index_add(0, tensor([1L, 1]), x[1].exp(), 2), Sample(3, 4), Sample(2, 4));
    }

    [Fact]
    public void Gradients_flow_through_writes_into_slices()
    {
        Gradients.CheckTwice(
            x =>
            {
                Tensor y = x[0] * 2;
                y[1] = x[1].exp();
                y.narrow(1, 0, 2).mul_(x[0].narrow(1, 2, 2).sigmoid());
                y.select(0, 2).add_(x[1]);
                return y * y;
            },
            Sample(3, 4),
            Sample(4));
    }

    [Fact]
    public void Gradients_flow_through_in_place_operations()
    {
        Gradients.CheckTwice(x => (x[0] * 1).exp_().add_(x[1], 2).mul_(x[1]).div_(x[0].exp()).clamp_(-2, 2).tanh_(), Sample(3, 4), Sample(4));
        Gradients.CheckTwice(x => (x[0] * 1).masked_fill_(x[0] > 0, 3).index_put_(x[1], TensorIndex.Tensor(tensor([2L, 1])), TensorIndex.Slice()) * x[0], Sample(3, 4), Sample(4));
        Gradients.CheckTwice(x => zeros(3, 4, dtype: float64).copy_(x[0]).pow_(2), Sample(4));
    }

    [Fact]
    public void A_view_made_before_a_write_sees_its_gradient()
    {
        Gradients.CheckTwice(
            x =>
            {
                Tensor y = x[0] * 2;
                Tensor row = y.select(0, 1);
                y.mul_(x[0].exp());
                return row * row;
            },
            Sample(3, 4));
    }
}

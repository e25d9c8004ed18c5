using TorchSharp;
using static TorchSharp.torch;

namespace ManagedTorch.Tests.Oracle;

/// <summary>The oracle's calls on tensors themselves, as one writes them here.</summary>
internal static class CoreCalls
{
    internal static readonly Dictionary<string, Func<OracleCase, Tensor[], Tensor[]>> Table = new()
    {
        ["x.neg()"] = One(x => x.neg()),
        ["x.abs()"] = One(x => x.abs()),
        ["x.exp()"] = One(x => x.exp()),
        ["x.log()"] = One(x => x.log()),
        ["x.sqrt()"] = One(x => x.sqrt()),
        ["x.rsqrt()"] = One(x => x.rsqrt()),
        ["x.sin()"] = One(x => x.sin()),
        ["x.cos()"] = One(x => x.cos()),
        ["x.tanh()"] = One(x => x.tanh()),
        ["x.sigmoid()"] = One(x => x.sigmoid()),
        ["x.relu()"] = One(x => x.relu()),
        ["x.square()"] = One(x => x.square()),
        ["x.reciprocal()"] = One(x => x.reciprocal()),
        ["x.log1p()"] = One(x => x.log1p()),
        ["x.expm1()"] = One(x => x.expm1()),
        ["x.erf()"] = One(x => x.erf()),
        ["x.sign()"] = One(x => x.sign()),
        ["x.floor()"] = One(x => x.floor()),
        ["x.ceil()"] = One(x => x.ceil()),
        ["x.round()"] = One(x => x.round()),
        ["x.trunc()"] = One(x => x.trunc()),

        ["torch.add(a, b)"] = Two(add),
        ["torch.sub(a, b)"] = Two(sub),
        ["torch.mul(a, b)"] = Two(mul),
        ["torch.div(a, b)"] = Two((a, b) => div(a, b)),
        ["torch.maximum(a, b)"] = Two(maximum),
        ["torch.minimum(a, b)"] = Two(minimum),
        ["torch.pow(a, b)"] = Two(pow),
        ["torch.atan2(a, b)"] = Two(atan2),
        ["x.clamp(-0.5, 0.7)"] = One(x => x.clamp(-0.5, 0.7)),
        ["torch.where(x > 0, x, y)"] = Two((x, y) => where(x > 0, x, y)),
        ["x.masked_fill(x > 0.5, -1)"] = One(x => x.masked_fill(x > 0.5, -1)),
        ["torch.lerp(a, b, 0.3)"] = Two((a, b) => lerp(a, b, 0.3f)),

        ["x.sum(dim [0], keepdim False)"] = Over((x, dims, keep) => x.sum(dims, keep)),
        ["x.mean(dim [0], keepdim False)"] = Over((x, dims, keep) => x.mean(dims, keep)),
        ["x.amax(dim [0], keepdim False)"] = Over((x, dims, keep) => x.amax(dims, keep)),
        ["x.amin(dim [0], keepdim False)"] = Over((x, dims, keep) => x.amin(dims, keep)),
        ["x.prod(dim [0], keepdim False)"] = Over((x, dims, keep) => x.prod(dims[0], keep)),
        ["x.var(dim [0], keepdim False)"] = Over((x, dims, keep) => x.var(dims, keepdim: keep)),
        ["x.std(dim [0], keepdim False)"] = Over((x, dims, keep) => x.std(dims, keepdim: keep)),
        ["x.logsumexp(dim [0], keepdim False)"] = Over((x, dims, keep) => dims.Length == 1 ? x.logsumexp(dims[0], keep) : Joined(x).logsumexp(1)),
        ["x.norm(dim [0], keepdim False)"] = Over((x, dims, keep) => dims.Length == 1 ? x.norm((int)dims[0], keep) : Joined(x).norm(1)),
        ["x.sum()"] = One(x => x.sum()),
        ["x.mean()"] = One(x => x.mean()),
        ["x.std()"] = One(x => x.std()),
        ["x.var(unbiased: false)"] = One(x => x.var(unbiased: false)),
        ["x.max(1)"] = Pair(x => x.max(1)),
        ["x.min(0)"] = Pair(x => x.min(0)),
        ["x.argmax(1)"] = One(x => x.argmax(1)),
        ["x.argmin()"] = One(x => x.argmin()),
        ["x.topk(3, 1)"] = Pair(x => x.topk(3, 1)),
        ["x.sort(1, descending: true)"] = Pair(x => x.sort(1, descending: true)),
        ["x.cumsum(1)"] = One(x => x.cumsum(1)),
        ["x.cumprod(0)"] = One(x => x.cumprod(0)),

        ["torch.matmul(a, b)"] = Two(matmul),
        ["torch.bmm(a, b)"] = Two(bmm),
        ["torch.einsum('bhqd,bhkd->bhqk', a, b)"] = Two((a, b) => einsum("bhqd,bhkd->bhqk", a, b)),
        ["torch.outer(a, b)"] = Two(outer),
        ["torch.addmm(c, a, b)"] = (_, t) => [t[0].addmm(t[1], t[2])],

        ["x.view(4, -1)"] = One(x => x.view(4, -1)),
        ["x.permute(2, 0, 1).reshape(4, 6)"] = One(x => x.permute(2, 0, 1).reshape(4, 6)),
        ["x.transpose(0, 1).contiguous().view(-1)"] = One(x => x.transpose(0, 1).contiguous().view(-1)),
        ["x.expand(4, -1, 3)"] = One(x => x.expand(4, -1, 3)),
        ["x.repeat(2, 3)"] = One(x => x.repeat(2, 3)),
        ["x.repeat_interleave(2, 1)"] = One(x => x.repeat_interleave(2, 1)),
        ["x.flatten(1)"] = One(x => x.flatten(1)),
        ["x.unsqueeze(0).squeeze(2)"] = One(x => x.unsqueeze(0).squeeze(2)),
        ["x.narrow(1, 1, 2)"] = One(x => x.narrow(1, 1, 2)),
        ["x.select(1, 2)"] = One(x => x.select(1, 2)),
        ["x[.., 0:5:2]"] = One(x => x[TensorIndex.Ellipsis, TensorIndex.Slice(0, 5, 2)]),
        ["x[index]"] = Two((x, i) => x[TensorIndex.Tensor(i)]),
        ["x.index_select(0, i)"] = Two((x, i) => x.index_select(0, i)),
        ["x.gather(1, i)"] = Two((x, i) => x.gather(1, i)),
        ["x.scatter_add(1, i, s)"] = (_, t) => [t[0].scatter_add(1, t[1], t[2])],
        ["torch.cat([a, b], 1)"] = Two((a, b) => cat(new[] { a, b }, 1)),
        ["torch.stack([a, b], 1)"] = Two((a, b) => stack(new[] { a, b }, 1)),
        ["x.split(2, 1)"] = (_, t) => t[0].split(2, 1),
        ["x.chunk(3, 0)"] = (_, t) => t[0].chunk(3, 0),
        ["x.roll(1, 1)"] = One(x => x.roll(1, 1)),
        ["x.flip(0, 1)"] = One(x => x.flip(0, 1)),
        ["x.tril(-1)"] = One(x => x.tril(-1)),
        ["x.triu(1)"] = One(x => x.triu(1)),
        ["x.diagonal()"] = One(x => x.diagonal()),
    };

    private static Func<OracleCase, Tensor[], Tensor[]> One(Func<Tensor, Tensor> f) => (_, t) => [f(t[0])];

    private static Func<OracleCase, Tensor[], Tensor[]> Two(Func<Tensor, Tensor, Tensor> f) => (_, t) => [f(t[0], t[1])];

    private static Func<OracleCase, Tensor[], Tensor[]> Pair(Func<Tensor, (Tensor, Tensor)> f) => (_, t) => f(t[0]) is var (values, indices) ? [values, indices] : [];

    private static Func<OracleCase, Tensor[], Tensor[]> Over(Func<Tensor, long[], bool, Tensor> f) => (c, t) => [f(t[0], c.Longs("dim"), c.Flag("keepdim"))];

    // Dimensions 0 and 2 of three as one, for functions that take a single one.
    private static Tensor Joined(Tensor x) => x.transpose(0, 1).flatten(1);
}

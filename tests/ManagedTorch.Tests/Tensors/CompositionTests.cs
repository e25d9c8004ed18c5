using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace ManagedTorch.Tests.Tensors;

/// <summary>An operation leaves its results and nothing else, however many others it is made of; so does its backward.</summary>
public class CompositionTests
{
    private static readonly Tensor Ones = ones(4, 4, dtype: float64).DetachFromDisposeScope();
    private static readonly Tensor Large = (Ones + 5).DetachFromDisposeScope();
    private static readonly Tensor Index = tensor([0L, 2, 1, 3]).DetachFromDisposeScope();
    private static readonly Tensor Grid = (rand(1, 3, 3, 2, dtype: float64) - 0.5).DetachFromDisposeScope();
    private static readonly Tensor Lengths = tensor([2L, 4]).DetachFromDisposeScope();
    private static readonly distributions.Distribution Given = distributions.Normal(Ones, Ones);

    private static readonly Dictionary<string, Func<Tensor, Tensor[]>> Operations = new()
    {
        ["cov"] = x => [x.cov()],
        ["corrcoef"] = x => [x.corrcoef()],
        ["cummax"] = x => Two(x.cummax(0)),
        ["mode"] = x => Two(x.mode(0)),
        ["nanquantile"] = x => [x.nanquantile(Ones[0])],
        ["histogram"] = x => Two(histogram(x, 3)),
        ["isin"] = x => [isin(x, Ones)],
        ["searchsorted"] = x => [searchsorted(Ones, x, out_int32: true)],
        ["renorm"] = x => [x.renorm(2, 0, 1)],
        ["trapezoid"] = x => [trapezoid(x, Ones)],
        ["sinc"] = x => [x.sinc()],
        ["i0e"] = x => [special.i0e(x)],
        ["fmax"] = x => [x.fmax(Ones)],
        ["copysign"] = x => [x.copysign(Ones)],
        ["mvlgamma"] = _ => [Large.mvlgamma(2)],
        ["block_diag"] = x => [block_diag(x, Ones)],
        ["cdist"] = x => [cdist(x, Ones)],
        ["combinations"] = _ => [combinations(Index)],
        ["select_scatter"] = x => [x.select_scatter(Ones[0], 0, 1)],
        ["hsplit"] = x => x.hsplit(2),
        ["solve"] = x => [linalg.solve(x, Ones)],
        ["inv"] = x => [linalg.inv(x)],
        ["det"] = x => [linalg.det(x)],
        ["slogdet"] = x => Two(linalg.slogdet(x)),
        ["cholesky"] = x => [linalg.cholesky(x)],
        ["qr"] = x => Two(linalg.qr(x)),
        ["eigh"] = x => Two(linalg.eigh(x)),
        ["svd"] = x => Three(linalg.svd(x)),
        ["pinv"] = x => [linalg.pinv(x)],
        ["matrix_norm"] = x => [linalg.matrix_norm(x, "nuc")],
        ["matrix_power"] = x => [x.matrix_power(3)],
        ["unfold"] = x => [F.unfold(x.reshape(1, 1, 4, 4), 2)],
        ["ctc_loss"] = x => [F.ctc_loss(x, Index.narrow(0, 1, 2), Lengths[1], Lengths[0], blank: 0)],
        ["grid_sample"] = x => [F.grid_sample(x.reshape(1, 1, 4, 4), Grid)],
        ["pad_sequence"] = x => [nn.utils.rnn.pad_sequence([x, x])],
        ["log_prob"] = x => [Given.log_prob(x)],
    };

    // Handles that the caller makes on the way to the call.
    private static readonly Dictionary<string, int> Arguments = new()
    {
        ["nanquantile"] = 1, ["select_scatter"] = 1, ["unfold"] = 1, ["ctc_loss"] = 3, ["grid_sample"] = 1,
    };

    public static TheoryData<string> Names => [.. Operations.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_operation_leaves_its_results_alone(string name)
    {
        using Tensor seed = randn(4, 4, dtype: float64), square = seed.matmul(seed.t()) + eye(4, dtype: float64);
        using Tensor x = square.detach().requires_grad_();
        using DisposeScope scope = NewDisposeScope();
        Tensor[] results = Operations[name](x);
        Assert.Equal(results.Length + Arguments.GetValueOrDefault(name), scope.DisposablesCount);
        if (!results[0].requires_grad) return;
        Tensor loss = results[0].sum();
        int before = scope.DisposablesCount;
        loss.backward();
        Assert.Equal(before, scope.DisposablesCount);
    }

    private static Tensor[] Two((Tensor, Tensor) both) => [both.Item1, both.Item2];

    private static Tensor[] Three((Tensor, Tensor, Tensor) all) => [all.Item1, all.Item2, all.Item3];
}

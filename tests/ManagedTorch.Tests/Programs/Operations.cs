using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace ManagedTorch.Tests.Programs;

/// <summary>
/// What random programs are made of: differentiable operations, each with its demand on the shapes and values it is given. One that has a kink asks for
/// values that are farther from it than differences reach, so that a failure is never the kink's.
/// </summary>
internal static class Operations
{
    private const double FromKinks = 0.05;

    private delegate (string Text, Func<Tensor[], Tensor> Run)? Offer(Random random, Tensor[] operands);

    private static readonly (string Name, int Operands, Offer Offer)[] All =
    [
        // Smooth everywhere.
        Unary("{0}.tanh()", x => x.tanh()), Unary("{0}.sigmoid()", x => x.sigmoid()), Unary("{0}.sin()", x => x.sin()), Unary("{0}.cos()", x => x.cos()),
        Unary("{0}.atan()", x => x.atan()), Unary("{0}.erf()", x => x.erf()), Unary("{0}.square()", x => x.square()), Unary("{0}.pow(3)", x => x.pow(3)),
        Unary("{0}.neg()", x => -x), Unary("({0} * 0.5).exp()", x => (x * 0.5).exp()), Unary("({0}.square() + 1).sqrt()", x => (x.square() + 1).sqrt()),
        Unary("({0}.square() + 1).log()", x => (x.square() + 1).log()), Unary("({0}.square() + 1).rsqrt()", x => (x.square() + 1).rsqrt()),
        Unary("1 / ({0}.square() + 1)", x => 1 / (x.square() + 1)), Unary("F.gelu({0})", x => F.gelu(x)), Unary("F.silu({0})", x => F.silu(x)),
        Unary("F.softplus({0})", x => F.softplus(x)), Unary("F.logsigmoid({0})", x => F.logsigmoid(x)), Unary("F.mish({0})", x => F.mish(x)),
        Unary("{0}.clone().mul_(1.5).add_(0.25)", x => x.clone().mul_(1.5).add_(0.25)), Unary("{0}.clone().tanh_()", x => x.clone().tanh_()),

        // With a kink, away from it.
        AwayFromZero("F.relu({0})", x => F.relu(x)), AwayFromZero("{0}.abs()", x => x.abs()), AwayFromZero("F.leaky_relu({0}, 0.1)", x => F.leaky_relu(x, 0.1)),
        AwayFromZero("F.elu({0})", x => F.elu(x, 1.0)), AwayFromZero("{0}.clamp(min: 0)", x => x.clamp(min: 0)), AwayFromZero("{0}.reciprocal()", x => x.reciprocal(), atLeast: 0.3),
        AwayFromZero("{0}.abs().log()", x => x.abs().log(), atLeast: 0.3),
        Extreme("{0}.max({1}).values", (x, d) => x.max(d).values), Extreme("{0}.amin({1})", (x, d) => x.amin([d])), Extreme("{0}.sort({1}).Values", (x, d) => x.sort(d).Values),

        // Along a dimension.
        Along("{0}.sum({1}L)", (x, d) => x.sum((long)d)), Along("{0}.mean([{1}], true)", (x, d) => x.mean([d], true)), Along("{0}.softmax({1})", (x, d) => x.softmax(d)),
        Along("{0}.log_softmax({1})", (x, d) => x.log_softmax(d)), Along("{0}.logsumexp({1})", (x, d) => x.logsumexp(d)), Along("{0}.cumsum({1})", (x, d) => x.cumsum(d)),
        Along("{0}.flip({1})", (x, d) => x.flip(d)), Along("{0}.unsqueeze({1})", (x, d) => x.unsqueeze(d)), Along("{0}.select({1}, 0)", (x, d) => x.select(d, 0)),
        Along("{0}.roll(1, {1})", (x, d) => x.roll(1, d)), Along("{0}.prod({1}L)", (x, d) => x.prod((long)d)),
        Along("{0}.var([{1}])", (x, d) => x.var([d]), shortest: 2), Along("{0}.narrow({1}, 1, 1)", (x, d) => x.narrow(d, 1, 1), shortest: 2),
        Along("{0}.chunk(2, {1})[1]", (x, d) => x.chunk(2, d)[1], shortest: 2), Along("{0}.transpose(0, {1})", (x, d) => x.transpose(0, d)),
        Along("{0}.index_select({1}, tensor([0L, 1L, 0L]))", (x, d) => x.index_select(d, tensor([0L, 1L, 0L])), shortest: 2),
        Along("F.normalize({0} + 2, 2, {1})", (x, d) => F.normalize(x + 2, 2, d)),

        // On the whole tensor.
        Unary("{0}.reshape(-1)", x => x.reshape(-1)), Unary("{0}.flatten().view(1, -1)", x => x.flatten().view(1, -1)), Unary("{0}.expand(2, …)", x => x.unsqueeze(0).expand([2, .. x.shape])),
        Unary("{0}.sum() * {0}", x => x.sum() * x), Unary("{0} - {0}.mean()", x => x - x.mean()),
        Where(x => x.dim() == 2, "{0}.t()", x => x.t()), Where(x => x.dim() == 2, "{0}.tril()", x => x.tril()), Where(x => x.dim() == 2, "{0}.diagonal()", x => x.diagonal()),
        Where(x => x.dim() == 3, "{0}.permute(2, 0, 1)", x => x.permute(2, 0, 1)), Where(x => x.dim() > 1, "{0}[tensor([0L, 0L])]", x => x[tensor([0L, 0L])]),
        Where(x => x.dim() > 0 && x.shape[^1] >= 3, "F.layer_norm({0}, [{0}.shape[^1]])", x => F.layer_norm(x, [x.shape[^1]])),
        Where(x => x.dim() == 2 && x.shape[0] >= 3, "F.batch_norm({0}, null, null, training: true)", x => F.batch_norm(x, null!, null!, training: true)),
        Where(x => x.dim() == 3 && x.shape[2] >= 2, "F.avg_pool1d({0}, 2, 1)", x => F.avg_pool1d(x, 2, 1)),
        Where(x => x.dim() > 0, "masked_fill", x => x.masked_fill(Checkerboard(x), 0.5)), Where(x => x.dim() > 0, "{0}.masked_select(…)", x => x.masked_select(Checkerboard(x))),
        Where(x => x.dim() > 1, "{0}.gather(1, …)", x => x.gather(1, zeros(x.shape, int64))),

        // Of two values.
        Binary("{0} + {1}", (a, b) => a + b), Binary("{0} - {1}", (a, b) => a - b), Binary("{0} * {1}", (a, b) => a * b), Binary("{0} / ({1}.square() + 1)", (a, b) => a / (b.square() + 1)),
        Binary("({0}.square() + 1).pow({1})", (a, b) => (a.square() + 1).pow(b)), Binary("{0}.lerp({1}, 0.3)", (a, b) => a.lerp(b.expand(a.shape), 0.3), intoFirst: true),
        Binary("where(…, {0}, {1})", (a, b) => where(Checkerboard(a), a, b), intoFirst: true), Binary("{0}.clone().add_({1})", (a, b) => a.clone().add_(b), intoFirst: true),
        Binary("F.mse_loss({0}, {1})", (a, b) => F.mse_loss(a, b.expand(a.shape)), intoFirst: true), Binary("stack([{0}, {1}], 0)", (a, b) => stack([a, b.expand(a.shape)], 0), intoFirst: true),
        Binary("z = {0}.clone(); z[0] = {1}[0] * 2", (a, b) => Assigned(a, b.expand(a.shape)), intoFirst: true),
        Pair((a, b) => a.dim() > 0 && b.dim() > 0 && a.shape[^1] == b.shape[Math.Max(b.dim() - 2, 0)] && MatmulFits(a, b), "{0}.matmul({1})", (a, b) => a.matmul(b)),
        Pair((a, b) => a.dim() == b.dim() && a.dim() > 0 && a.shape.AsSpan(1).SequenceEqual(b.shape.AsSpan(1)), "cat([{0}, {1}], 0)", (a, b) => cat([a, b], 0)),
        Pair((a, b) => a.dim() == 2 && b.dim() == 2 && a.shape[1] == b.shape[1], "F.linear({0}, {1})", (a, b) => F.linear(a, b)),
        Pair((a, b) => a.dim() == 2 && b.dim() == 2 && a.shape[0] == b.shape[0], "einsum(\"ij,ik->jk\", {0}, {1})", (a, b) => einsum("ij,ik->jk", a, b)),
        Pair((a, b) => a.dim() == 3 && b.dim() == 3 && a.shape[1] == b.shape[1] && a.shape[2] >= b.shape[2], "F.conv1d({0}, {1}, padding: 1)", (a, b) => F.conv1d(a, b, padding: 1)),
        Pair((a, b) => a.dim() == 1 && b.dim() == 1, "outer({0}, {1})", (a, b) => a.unsqueeze(1) * b),
    ];

    public static IEnumerable<string> Names => All.Select(operation => operation.Name);

    /// <summary>A step that some of the values allow; null where the one that was drawn does not.</summary>
    public static Step? Draw(Random random, IReadOnlyList<Tensor> values)
    {
        (string name, int count, Offer offer) = All[random.Next(All.Length)];
        // The last value oftener than others, so that programs are deep and not only wide.
        int[] operands = [.. Enumerable.Range(0, count).Select(_ => random.Next(3) > 0 ? values.Count - 1 : random.Next(values.Count))];
        return offer(random, Array.ConvertAll(operands, position => values[position])) is var (text, run) ? new(name, operands, text, run) : null;
    }

    private static (string, int, Offer) Unary(string text, Func<Tensor, Tensor> run) => Where(_ => true, text, run);

    private static (string, int, Offer) Where(Func<Tensor, bool> suits, string text, Func<Tensor, Tensor> run) => (text, 1, (_, x) => suits(x[0]) ? (text, x => run(x[0])) : null);

    private static (string, int, Offer) AwayFromZero(string text, Func<Tensor, Tensor> run, double atLeast = FromKinks) =>
        Where(x => x.abs().min().item<double>() > atLeast, text, run);

    private static (string, int, Offer) Along(string text, Func<Tensor, int, Tensor> run, int shortest = 1) => (text, 1, (random, x) =>
    {
        if (x[0].dim() == 0) return null;
        int d = random.Next((int)x[0].dim());
        return x[0].shape[d] >= shortest ? (text.Replace("{1}", $"{d}", StringComparison.Ordinal), x => run(x[0], d)) : null;
    });

    // The values along the dimension lie far enough apart to keep their order.
    private static (string, int, Offer) Extreme(string text, Func<Tensor, int, Tensor> run) => (text, 1, (random, x) =>
    {
        if (x[0].dim() == 0) return null;
        int d = random.Next((int)x[0].dim());
        long length = x[0].shape[d];
        Tensor sorted = x[0].sort(d).Values;
        bool apart = length == 1 || (sorted.narrow(d, 1, length - 1) - sorted.narrow(d, 0, length - 1)).min().item<double>() > FromKinks;
        return apart ? (text.Replace("{1}", $"{d}", StringComparison.Ordinal), x => run(x[0], d)) : null;
    });

    private static (string, int, Offer) Binary(string text, Func<Tensor, Tensor, Tensor> run, bool intoFirst = false) =>
        Pair((a, b) => intoFirst ? a.dim() > 0 && Broadcast(a, b) is { } sizes && sizes.SequenceEqual(a.shape) : Broadcast(a, b) is not null, text, run);

    private static (string, int, Offer) Pair(Func<Tensor, Tensor, bool> suits, string text, Func<Tensor, Tensor, Tensor> run) =>
        (text, 2, (_, x) => suits(x[0], x[1]) ? (text, x => run(x[0], x[1])) : null);

    private static long[]? Broadcast(Tensor a, Tensor b)
    {
        var sizes = new long[Math.Max(a.dim(), b.dim())];
        for (int fromEnd = 1; fromEnd <= sizes.Length; fromEnd++)
        {
            long left = fromEnd <= a.dim() ? a.shape[^fromEnd] : 1, right = fromEnd <= b.dim() ? b.shape[^fromEnd] : 1;
            if (left != right && left != 1 && right != 1) return null;
            sizes[^fromEnd] = Math.Max(left, right);
        }
        return sizes;
    }

    private static bool MatmulFits(Tensor a, Tensor b)
    {
        if (a.dim() <= 2 || b.dim() <= 2) return true;
        return a.shape.AsSpan()[..^2].SequenceEqual(b.shape.AsSpan()[..^2]);
    }

    private static Tensor Checkerboard(Tensor x) => arange(x.numel()).reshape(x.shape).remainder(2).eq(0);

    private static Tensor Assigned(Tensor a, Tensor b)
    {
        Tensor z = a.clone();
        z[0] = b[0] * 2;
        return z;
    }
}

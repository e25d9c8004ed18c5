using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ManagedTorch.Tests.Oracle;

/// <summary>The oracle's calls of layers and losses, as one writes them here.</summary>
internal static class LayerCalls
{
    public static readonly Dictionary<string, Func<OracleCase, Tensor[], Tensor[]>> Table = new()
    {
        ["functional.gelu(x)"] = One(x => functional.gelu(x)),
        ["functional.silu(x)"] = One(x => functional.silu(x)),
        ["functional.elu(x)"] = One(x => functional.elu(x, 1)),
        ["functional.selu(x)"] = One(x => functional.selu(x)),
        ["functional.celu(x)"] = One(x => functional.celu(x, 1)),
        ["functional.leaky_relu(x)"] = (known, t) => [functional.leaky_relu(t[0], Number(known, "negative_slope"))],
        ["functional.softplus(x)"] = One(x => functional.softplus(x)),
        ["functional.relu6(x)"] = One(x => functional.relu6(x)),
        ["functional.hardtanh(x)"] = One(x => functional.hardtanh(x)),
        ["functional.hardsigmoid(x)"] = One(x => functional.hardsigmoid(x)),
        ["functional.hardswish(x)"] = One(x => functional.hardswish(x)),
        ["functional.mish(x)"] = One(x => functional.mish(x)),
        ["functional.softsign(x)"] = One(x => functional.softsign(x)),
        ["functional.tanhshrink(x)"] = One(x => functional.tanhshrink(x)),
        ["functional.logsigmoid(x)"] = One(functional.logsigmoid),
        ["functional.softmax(x, 0)"] = One(x => functional.softmax(x, 0)),
        ["functional.softmax(x, 1)"] = One(x => functional.softmax(x, 1)),
        ["functional.softmax(x, -1)"] = One(x => functional.softmax(x, -1)),
        ["functional.log_softmax(x, 0)"] = One(x => functional.log_softmax(x, 0)),
        ["functional.log_softmax(x, 1)"] = One(x => functional.log_softmax(x, 1)),
        ["functional.log_softmax(x, -1)"] = One(x => functional.log_softmax(x, -1)),

        ["functional.linear(x, w, b)"] = (_, t) => [functional.linear(t[0], t[1], t[2])],
        ["functional.conv1d(x, w, b, stride 2, padding 1)"] = (_, t) => [functional.conv1d(t[0], t[1], t[2], stride: 2, padding: 1)],
        ["functional.conv2d(x, w, b)"] = (known, t) =>
            [functional.conv2d(t[0], t[1], t[2], [Whole(known, "stride")], [Whole(known, "padding")], [Whole(known, "dilation")], Whole(known, "groups"))],
        ["functional.conv_transpose2d(x, w, b, stride 2, padding 1)"] = (_, t) => [functional.conv_transpose2d(t[0], t[1], t[2], [2, 2], [1, 1])],
        ["functional.pad(x, (1, 2, 0, 1))"] = One(x => functional.pad(x, (1, 2, 0, 1))),
        ["functional.interpolate(x, scale 2)"] = One(x => functional.interpolate(x, scale_factor: [2, 2])),
        ["functional.one_hot(i, 5)"] = One(x => functional.one_hot(x, 5)),

        ["functional.max_pool1d(x, 2)"] = One(x => functional.max_pool1d(x, 2)),
        ["functional.max_pool2d(x, 2)"] = One(x => functional.max_pool2d(x, 2)),
        ["functional.max_pool2d(x, 3, stride 2, padding 1)"] = One(x => functional.max_pool2d(x, 3, stride: 2, padding: 1)),
        ["functional.avg_pool2d(x, 2)"] = One(x => functional.avg_pool2d(x, 2)),
        ["functional.adaptive_avg_pool2d(x, (3, 2))"] = One(x => functional.adaptive_avg_pool2d(x, (3, 2))),

        ["functional.batch_norm: y, running mean after, running var after"] = (known, t) =>
        {
            Tensor mean = tensor(Numbers(known, "running_mean"), dtype: float32), variance = tensor(Numbers(known, "running_var"), dtype: float32);
            Tensor output = functional.batch_norm(t[0], mean, variance, t[1], t[2], known.Flag("training"), Number(known, "momentum"), Number(known, "eps"));
            return [output, mean, variance];
        },
        ["functional.layer_norm(x, [4], w, b)"] = (_, t) => [functional.layer_norm(t[0], [4], t[1], t[2])],
        ["functional.group_norm(x, 2, w, b)"] = (_, t) => [functional.group_norm(t[0], 2, t[1], t[2])],
        ["functional.instance_norm(x)"] = One(x => functional.instance_norm(x)),
        ["functional.normalize(x, 2, 1)"] = One(x => functional.normalize(x, 2, 1)),
        ["functional.cosine_similarity(a, b, 1)"] = (_, t) => [functional.cosine_similarity(t[0], t[1], 1)],

        ["functional.scaled_dot_product_attention(q, k, v)"] = (_, t) => [functional.scaled_dot_product_attention(t[0], t[1], t[2])],
        ["functional.scaled_dot_product_attention(q, k, v, is_casual: true)"] = (_, t) =>
            [functional.scaled_dot_product_attention(t[0], t[1], t[2], is_casual: true)],

        ["functional.cross_entropy(x, t)"] = Loss((x, t, reduction) => functional.cross_entropy(x, t, reduction: reduction)),
        ["functional.cross_entropy(x, t, weight)"] = (known, t) => [functional.cross_entropy(t[0], tensor(known.Longs("target")), t[1])],
        ["functional.cross_entropy(x, t, ignore_index: -100)"] = (known, t) => [functional.cross_entropy(t[0], tensor(known.Longs("target")), ignore_index: -100)],
        ["functional.cross_entropy(x, t, label_smoothing: 0.1)"] = (known, t) =>
            [functional.cross_entropy(t[0], tensor(known.Longs("target")), label_smoothing: Number(known, "label_smoothing"))],
        ["functional.cross_entropy(x[N,C,L], t[N,L])"] = (_, t) => [functional.cross_entropy(t[0], t[1])],
        ["functional.cross_entropy(x, probabilities)"] = (_, t) => [functional.cross_entropy(t[0], t[1])],
        ["functional.nll_loss(x, t)"] = Loss((x, t, reduction) => functional.nll_loss(x, t, reduction: reduction)),
        ["functional.mse_loss(x, t)"] = Loss(functional.mse_loss),
        ["functional.l1_loss(x, t)"] = Loss(functional.l1_loss),
        ["functional.smooth_l1_loss(x, t)"] = Loss((x, t, reduction) => functional.smooth_l1_loss(x, t, reduction)),
        ["functional.huber_loss(x, t)"] = Loss((x, t, reduction) => functional.huber_loss(x, t, reduction: reduction)),
        ["functional.binary_cross_entropy(p, t)"] = Loss((x, t, reduction) => functional.binary_cross_entropy(x, t, reduction: reduction)),
        ["functional.binary_cross_entropy_with_logits(x, t)"] = Loss((x, t, reduction) => functional.binary_cross_entropy_with_logits(x, t, reduction: reduction)),
        ["binary_cross_entropy_with_logits(x, t, pos_weights)"] = (known, t) =>
            [functional.binary_cross_entropy_with_logits(t[0], t[1], pos_weights: tensor(Numbers(known, "pos_weight"), dtype: float32))],
        ["functional.kl_div(logp, q)"] = (known, t) => [functional.kl_div(t[0], t[1], known.Flag("log_target"), ReductionOf(known))],
    };

    private static Func<OracleCase, Tensor[], Tensor[]> One(Func<Tensor, Tensor> layer) => (_, t) => [layer(t[0])];

    private static Func<OracleCase, Tensor[], Tensor[]> Loss(Func<Tensor, Tensor, nn.Reduction, Tensor> loss) => (known, t) => [loss(t[0], t[1], ReductionOf(known))];

    private static nn.Reduction ReductionOf(OracleCase known) => known.Args.GetProperty("reduction").GetString() switch
    {
        "mean" => nn.Reduction.Mean,
        "sum" => nn.Reduction.Sum,
        _ => nn.Reduction.None,
    };

    private static double Number(OracleCase known, string argument) => known.Args.GetProperty(argument).GetDouble();

    private static long Whole(OracleCase known, string argument) => known.Args.GetProperty(argument).GetInt64();

    private static double[] Numbers(OracleCase known, string argument) => [.. known.Args.GetProperty(argument).EnumerateArray().Select(number => number.GetDouble())];
}

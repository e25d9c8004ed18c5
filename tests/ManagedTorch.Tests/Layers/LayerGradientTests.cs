using ManagedTorch.Tests.Tensors;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ManagedTorch.Tests.Layers;

/// <summary>First and second derivatives of layers and losses against central differences.</summary>
public class LayerGradientTests
{
    private static readonly Dictionary<string, (Func<Tensor[], Tensor> Function, long[][] Shapes)> Cases = new()
    {
        ["linear"] = (t => functional.linear(t[0], t[1], t[2]), [[2, 3, 4], [5, 4], [5]]),
        ["bilinear"] = (t => functional.bilinear(t[0], t[1], t[2], t[3]), [[3, 2], [3, 4], [2, 2, 4], [2]]),
        ["conv1d, strided"] = (t => functional.conv1d(t[0], t[1], t[2], stride: 2, padding: 1), [[2, 2, 6], [3, 2, 3], [3]]),
        ["conv2d"] = (t => functional.conv2d(t[0], t[1], t[2], padding: [1]), [[2, 2, 3, 4], [3, 2, 3, 3], [3]]),
        ["conv2d, pointwise"] = (t => functional.conv2d(t[0], t[1]), [[2, 3, 2, 2], [2, 3, 1, 1]]),
        ["conv2d, grouped and dilated"] = (t => functional.conv2d(t[0], t[1], strides: [1, 2], padding: [2, 1], dilation: [2, 1], groups: 2), [[2, 4, 3, 5], [2, 2, 2, 3]]),
        ["conv3d"] = (t => functional.conv3d(t[0], t[1], t[2]), [[1, 2, 3, 2, 3], [2, 2, 2, 2, 2], [2]]),
        ["conv2d, unbatched, same"] = (t => functional.conv2d_padding(t[0], t[1], padding: Padding.Same), [[2, 3, 3], [2, 2, 2, 3]]),
        ["conv_transpose2d"] = (t => functional.conv_transpose2d(t[0], t[1], t[2], [2], [1], [1]), [[1, 2, 2, 3], [2, 3, 3, 3], [3]]),
        ["max_pool2d"] = (t => functional.max_pool2d(t[0], 2, stride: 1, padding: 1), [[1, 2, 3, 4]]),
        ["avg_pool2d"] = (t => functional.avg_pool2d(t[0], 2, stride: 1, padding: 1, ceil_mode: true, count_include_pad: false), [[1, 2, 3, 4]]),
        ["adaptive_avg_pool1d"] = (t => functional.adaptive_avg_pool1d(t[0], 3), [[1, 2, 5]]),
        ["adaptive_max_pool2d"] = (t => functional.adaptive_max_pool2d(t[0], [2, 3]), [[1, 2, 4, 5]]),
        ["batch_norm, training"] = (t => functional.batch_norm(t[0], null, null, t[1], t[2], training: true), [[3, 2, 4], [2], [2]]),
        ["batch_norm, evaluation"] = (t => functional.batch_norm(t[0], zeros(2, float64), ones(2, float64) * 2, t[1], t[2]), [[3, 2, 4], [2], [2]]),
        ["layer_norm"] = (t => functional.layer_norm(t[0], [2, 3], t[1], t[2]), [[4, 2, 3], [2, 3], [2, 3]]),
        ["layer_norm, no weight"] = (t => functional.layer_norm(t[0], [4]), [[3, 4]]),
        ["group_norm"] = (t => functional.group_norm(t[0], 2, t[1], t[2]), [[2, 4, 3], [4], [4]]),
        ["instance_norm"] = (t => functional.instance_norm(t[0], weight: t[1], bias: t[2]), [[2, 3, 4], [3], [3]]),
        ["local_response_norm"] = (t => functional.local_response_norm(t[0], 3, 0.1), [[2, 4, 3]]),
        ["normalize"] = (t => functional.normalize(t[0]), [[3, 4]]),
        ["cosine_similarity"] = (t => functional.cosine_similarity(t[0], t[1]), [[3, 4], [3, 4]]),
        ["gelu, tanh"] = (t => functional.gelu(t[0], TorchSharp.Modules.GELU.Approximate.tanh), [[3, 4]]),
        ["prelu"] = (t => functional.prelu(t[0], t[1]), [[2, 3, 2], [3]]),
        ["glu"] = (t => functional.glu(t[0]), [[3, 4]]),
        ["pad, reflect"] = (t => functional.pad(t[0], (2, 1), PaddingModes.Reflect), [[2, 3, 4]]),
        ["pad, circular"] = (t => functional.pad(t[0], (2, 1), PaddingModes.Circular), [[2, 3, 4]]),
        ["pad, cropping"] = (t => functional.pad(t[0], (-1, 2, 1, -1)), [[2, 3, 4]]),
        ["interpolate, bilinear"] = (t => functional.interpolate(t[0], [5, 3], mode: InterpolationMode.Bilinear), [[1, 2, 3, 4]]),
        ["interpolate, bicubic"] = (t => functional.interpolate(t[0], [5, 3], mode: InterpolationMode.Bicubic, align_corners: true), [[1, 1, 3, 4]]),
        ["attention, masked"] = (t => functional.scaled_dot_product_attention(t[0], t[1], t[2], is_casual: true), [[2, 3, 4], [2, 3, 4], [2, 3, 2]]),
        ["cross_entropy"] = (t => functional.cross_entropy(t[0], tensor([1L, 0, 2])), [[3, 4]]),
        ["cross_entropy, weighted and smoothed"] = (
            t => functional.cross_entropy(t[0], tensor([1L, 0, -100]), tensor([0.5, 2, 1, 3]), reduction: nn.Reduction.Mean, label_smoothing: 0.2), [[3, 4]]),
        ["cross_entropy, unreduced, spatial"] = (
            t => functional.cross_entropy(t[0], tensor([1L, 0, 2, 1]).reshape(2, 2), reduction: nn.Reduction.None), [[2, 3, 2]]),
        ["cross_entropy, probabilities"] = (t => functional.cross_entropy(t[0], functional.softmax(t[1], 1), label_smoothing: 0.1), [[3, 4], [3, 4]]),
        ["nll_loss"] = (t => functional.nll_loss(functional.log_softmax(t[0], 1), tensor([1L, -100, 2]), tensor([0.5, 2, 1, 3])), [[3, 4]]),
        ["binary_cross_entropy"] = (t => functional.binary_cross_entropy(t[0].sigmoid(), t[1].sigmoid()), [[3, 4], [3, 4]]),
        ["binary_cross_entropy_with_logits"] = (t => functional.binary_cross_entropy_with_logits(t[0], t[1], pos_weights: t[2]), [[3, 4], [3, 4], [4]]),
        ["cosine_embedding_loss"] = (t => functional.cosine_embedding_loss(t[0], t[1], tensor([1L, -1, 1]), 0.1), [[3, 4], [3, 4]]),
        ["triplet_margin_loss"] = (t => functional.triplet_margin_loss(t[0], t[1], t[2], swap: true), [[3, 4], [3, 4], [3, 4]]),
        ["multi_margin_loss"] = (t => functional.multi_margin_loss(t[0], tensor([1L, 0, 2]), p: 2, weight: tensor([0.5, 2, 1, 3])), [[3, 4]]),
        ["multi_label_margin_loss"] = (t => functional.multi_label_margin_loss(t[0], tensor([3L, 0, -1, 1, 2, -1, 0, 0]).reshape(2, 4)), [[2, 4]]),
        ["multilabel_soft_margin_loss"] = (t => functional.multilabel_soft_margin_loss(t[0], t[1]), [[3, 4], [3, 4]]),
        ["poisson_nll_loss"] = (t => functional.poisson_nll_loss(t[0], tensor([1.0, 3, 0, 2]), full: true), [[3, 4]]),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void First_and_second_derivatives_are_those_of_differences(string name)
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(7);
        var (function, shapes) = Cases[name];
        Gradients.CheckTwice(function, Array.ConvertAll(shapes, shape => randn(shape, dtype: float64)));
    }
}

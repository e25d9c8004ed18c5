using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ManagedTorch.Tests.Layers;

/// <summary>What layers are as modules: names, types, initial values, and what a call leaves behind.</summary>
public class LayerModuleTests
{
    public static TheoryData<string> Layers => [.. Made.Keys];

    private static readonly Dictionary<string, (Func<nn.Module<Tensor, Tensor>> Layer, long[] Input)> Made = new()
    {
        ["Linear"] = (() => Linear(6, 3), [4, 6]),
        ["Conv1d"] = (() => Conv1d(2, 3, 3, padding: 1), [4, 2, 6]),
        ["Conv2d"] = (() => Conv2d(2, 3, 3), [4, 2, 6, 6]),
        ["Conv2d, unbatched"] = (() => Conv2d(2, 3, 3), [2, 6, 6]),
        ["Conv2d, reflecting"] = (() => Conv2d(2, 3, 3, padding: 1, padding_mode: PaddingModes.Reflect), [4, 2, 6, 6]),
        ["ConvTranspose2d"] = (() => ConvTranspose2d(2, 3, 3), [4, 2, 6, 6]),
        ["BatchNorm1d"] = (() => BatchNorm1d(6), [4, 6]),
        ["BatchNorm2d"] = (() => BatchNorm2d(2), [4, 2, 6, 6]),
        ["InstanceNorm2d"] = (() => InstanceNorm2d(2, affine: true, track_running_stats: true), [4, 2, 6, 6]),
        ["LayerNorm"] = (() => LayerNorm(6), [4, 6]),
        ["GroupNorm"] = (() => GroupNorm(2, 4), [4, 4, 6]),
        ["MaxPool2d"] = (() => MaxPool2d(2), [4, 2, 6, 6]),
        ["AvgPool2d"] = (() => AvgPool2d(2), [4, 2, 6, 6]),
        ["AdaptiveAvgPool2d"] = (() => AdaptiveAvgPool2d(3), [4, 2, 6, 6]),
        ["Dropout"] = (() => Dropout(), [4, 6]),
        ["AlphaDropout"] = (() => AlphaDropout(), [4, 6]),
        ["Flatten"] = (() => Flatten(), [4, 2, 3]),
        ["Identity"] = (() => Identity(), [4, 6]),
        ["ReLU"] = (() => ReLU(), [4, 6]),
        ["GELU"] = (() => GELU(), [4, 6]),
        ["Mish"] = (() => Mish(), [4, 6]),
        ["PReLU"] = (() => PReLU(6), [4, 6]),
        ["Softmax"] = (() => Softmax(1), [4, 6, 2]),
        ["LogSoftmax"] = (() => LogSoftmax(1), [4, 6]),
        ["TransformerEncoderLayer"] = (() => TransformerEncoderLayer(6, 2, 8), [4, 2, 6]),
        ["ReflectionPad1d"] = (() => ReflectionPad1d(2), [4, 2, 6]),
        ["Upsample"] = (() => Upsample(scale_factor: [2, 2]), [4, 2, 6, 6]),
    };

    [Theory]
    [MemberData(nameof(Layers))]
    public void A_call_leaves_one_tensor(string name)
    {
        using nn.Module<Tensor, Tensor> layer = Made[name].Layer();
        using DisposeScope scope = NewDisposeScope();
        Tensor input = randn(Made[name].Input);
        long created = scope.DisposablesCount;
        using Tensor output = layer.call(input);
        Assert.Equal(created + 1, scope.DisposablesCount);
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void A_layer_in_double_precision_computes_what_it_computed(string name)
    {
        using nn.Module<Tensor, Tensor> layer = Made[name].Layer();
        layer.eval();
        Tensor input = randn(Made[name].Input), before = layer.call(input);
        layer.to(float64);
        Tensor after = layer.call(input.to(float64));
        Assert.Equal(float64, after.dtype);
        Assert.True(after.allclose(before.to(float64), 1e-4, 1e-5));
    }

    [Fact]
    public void Weight_and_bias_are_registered_under_these_names()
    {
        Assert.Equal(["bias", "weight"], Linear(2, 3).named_parameters().Select(p => p.name).Order());
        Assert.Equal(["bias", "weight"], Conv2d(2, 3, 3).named_parameters().Select(p => p.name).Order());
        Assert.Equal(["weight"], Conv2d(2, 3, 3, bias: false).named_parameters().Select(p => p.name));
    }

    [Fact]
    public void A_linear_layer_begins_within_one_over_the_root_of_its_inputs()
    {
        manual_seed(1);
        using var linear = Linear(100, 200);
        Assert.InRange(linear.weight.abs().max().item<float>(), 0.0999f, 0.1f);
        Assert.InRange(linear.bias!.abs().max().item<float>(), 0.09f, 0.1f);
    }

    [Fact]
    public void A_convolution_begins_within_one_over_the_root_of_its_taps()
    {
        manual_seed(1);
        using var conv = Conv2d(4, 64, 5);
        Assert.InRange(conv.weight.abs().max().item<float>(), 0.0999f, 0.1f);
        Assert.InRange(conv.bias!.abs().max().item<float>(), 0.08f, 0.1f);
    }

    [Fact]
    public void An_embedding_begins_standard_normal()
    {
        manual_seed(1);
        Assert.Equal(1.0, Embedding(100, 100).weight!.std().item<float>(), 1);
    }

    [Fact]
    public void The_same_seed_gives_the_same_layer()
    {
        manual_seed(3);
        Tensor first = Conv2d(2, 3, 3).weight;
        manual_seed(3);
        Assert.True(first.Equals(Conv2d(2, 3, 3).weight));
    }

    [Fact]
    public void Setting_a_weight_disposes_the_one_before()
    {
        using var linear = Linear(2, 3);
        var before = linear.weight;
        linear.weight = Parameter(zeros(3, 2));
        Assert.True(before.IsInvalid);
        Assert.True(linear.get_parameter("weight")!.Equals(zeros(3, 2)));
    }

    [Fact]
    public void An_image_too_small_to_pool_is_refused_with_its_size() =>
        Assert.Contains("(2x1x1)",
            Assert.Throws<System.Runtime.InteropServices.ExternalException>(() => functional.max_pool2d(randn(4, 2, 1, 1), 2)).Message);

    [Fact]
    public void The_place_of_the_largest_is_told_within_its_plane()
    {
        var (values, places) = functional.max_pool2d_with_indices(arange(16, dtype: float32).reshape(1, 1, 4, 4), [2, 2]);
        Assert.True(values.Equals(tensor([5f, 7, 13, 15]).reshape(1, 1, 2, 2)));
        Assert.True(places.Equals(tensor([5L, 7, 13, 15]).reshape(1, 1, 2, 2)));
    }
}

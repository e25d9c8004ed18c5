using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace ManagedTorch.Tests.Precision;

/// <summary>Operations on float16 and bfloat16: of their type, computed in float32, rounded once.</summary>
public class NarrowTypeTests
{
    private static readonly Dictionary<string, (Func<Tensor[], Tensor> Run, long[][] Shapes)> Operations = new()
    {
        ["add"] = (t => t[0] + t[1], [[3, 4], [4]]),
        ["add, a number"] = (t => t[0] + 0.1, [[3, 4]]),
        ["add, scaled"] = (t => t[0].add(t[1], alpha: 0.3), [[3, 4], [3, 4]]),
        ["mul"] = (t => t[0] * t[1], [[3, 4], [3, 1]]),
        ["mul, a number"] = (t => t[0] * 0.1, [[3, 4]]),
        ["div"] = (t => t[0] / t[1], [[3, 4], [3, 4]]),
        ["pow"] = (t => t[0].pow(3), [[3, 4]]),
        ["exp"] = (t => t[0].exp(), [[3, 4]]),
        ["sigmoid"] = (t => t[0].sigmoid(), [[3, 4]]),
        ["gelu"] = (t => F.gelu(t[0]), [[3, 4]]),
        ["silu"] = (t => F.silu(t[0]), [[3, 4]]),
        ["softplus"] = (t => F.softplus(t[0]), [[3, 4]]),
        ["elu"] = (t => F.elu(t[0], 0.7), [[3, 4]]),
        ["maximum"] = (t => t[0].maximum(t[1]), [[3, 4], [3, 4]]),
        ["addcmul"] = (t => t[0].addcmul(t[1], t[2], 0.3), [[3, 4], [3, 4], [3, 4]]),
        ["addcdiv"] = (t => t[0].addcdiv(t[1], t[2], 0.3), [[3, 4], [3, 4], [3, 4]]),
        ["logaddexp"] = (t => t[0].logaddexp(t[1]), [[3, 4], [3, 4]]),
        ["sum"] = (t => t[0].sum(), [[31, 17]]),
        ["sum, a dimension"] = (t => t[0].sum(1), [[5, 33]]),
        ["mean"] = (t => t[0].mean([0L], keepdim: true), [[33, 5]]),
        ["var"] = (t => t[0].var(1), [[5, 33]]),
        ["std"] = (t => t[0].std(), [[5, 33]]),
        ["norm"] = (t => t[0].norm(), [[5, 33]]),
        ["logsumexp"] = (t => t[0].logsumexp(1), [[5, 33]]),
        ["amax"] = (t => t[0].amax([1L]), [[5, 33]]),
        ["cumsum"] = (t => t[0].cumsum(1), [[3, 40]]),
        ["softmax"] = (t => F.softmax(t[0], 1), [[3, 40]]),
        ["log_softmax"] = (t => F.log_softmax(t[0], 0), [[30, 4]]),
        ["matmul"] = (t => t[0].matmul(t[1]), [[6, 50], [50, 5]]),
        ["bmm"] = (t => t[0].bmm(t[1]), [[3, 4, 20], [3, 20, 5]]),
        ["addmm"] = (t => t[0].addmm(t[1], t[2]), [[4, 5], [4, 20], [20, 5]]),
        ["linear"] = (t => F.linear(t[0], t[1], t[2]), [[4, 20], [5, 20], [5]]),
        ["conv2d"] = (t => F.conv2d(t[0], t[1], t[2], padding: [1]), [[2, 3, 6, 6], [4, 3, 3, 3], [4]]),
        ["conv_transpose2d"] = (t => F.conv_transpose2d(t[0], t[1]), [[2, 3, 4, 4], [3, 2, 3, 3]]),
        ["max_pool2d"] = (t => F.max_pool2d(t[0], 2), [[2, 3, 6, 6]]),
        ["avg_pool2d"] = (t => F.avg_pool2d(t[0], 2), [[2, 3, 6, 6]]),
        ["interpolate"] = (t => F.interpolate(t[0], [5, 7], mode: InterpolationMode.Bilinear), [[1, 2, 3, 4]]),
        ["layer_norm"] = (t => F.layer_norm(t[0], [20], t[1], t[2]), [[4, 20], [20], [20]]),
        ["group_norm"] = (t => F.group_norm(t[0], 2), [[3, 4, 5]]),
        ["batch_norm, training"] = (t => F.batch_norm(t[0], null, null, t[1], t[2], training: true), [[9, 4], [4], [4]]),
        ["cosine_similarity"] = (t => F.cosine_similarity(t[0], t[1]), [[4, 20], [4, 20]]),
        ["pairwise_distance"] = (t => F.pairwise_distance(t[0], t[1]), [[4, 20], [4, 20]]),
        ["cross_entropy"] = (t => F.cross_entropy(t[0], tensor([1L, 0, 2]), label_smoothing: 0.1), [[3, 20]]),
        ["nll_loss"] = (t => F.nll_loss(t[0], tensor([1L, 0, 2])), [[3, 20]]),
        ["mse_loss"] = (t => F.mse_loss(t[0], t[1]), [[4, 20], [4, 20]]),
        ["smooth_l1_loss"] = (t => F.smooth_l1_loss(t[0], t[1]), [[4, 20], [4, 20]]),
        ["binary_cross_entropy_with_logits"] = (t => F.binary_cross_entropy_with_logits(t[0], t[1]), [[4, 20], [4, 20]]),
        ["kl_div"] = (t => F.kl_div(t[0], t[1]), [[4, 20], [4, 20]]),
        ["gather"] = (t => t[0].gather(1, tensor([0L, 2, 1, 1]).reshape(2, 2)), [[2, 3]]),
        ["index_select"] = (t => t[0].index_select(0, tensor([2L, 0, 2])), [[3, 4]]),
        ["cat"] = (t => cat([t[0], t[1]], 1), [[3, 4], [3, 2]]),
        ["where"] = (t => where(t[0] > 0, t[0], t[1]), [[3, 4], [3, 4]]),
        ["masked_fill"] = (t => t[0].masked_fill(t[0] > 0, 0.1), [[3, 4]]),
        ["permute"] = (t => t[0].permute(2, 0, 1).reshape(4, -1), [[2, 3, 4]]),
        ["expand"] = (t => t[0].expand(5, 4), [[1, 4]]),
        ["as_strided"] = (t => t[0].as_strided([3, 2], [1, 1]), [[6]]),
    };

    public static TheoryData<string, ScalarType> Cases()
    {
        TheoryData<string, ScalarType> cases = [];
        foreach (string operation in Operations.Keys)
        {
            cases.Add(operation, float16);
            cases.Add(operation, bfloat16);
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_result_is_that_of_float32_rounded(string operation, ScalarType type)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] inputs = Inputs(operation, type);
        Tensor result = Operations[operation].Run(inputs), expected = Operations[operation].Run(Array.ConvertAll(inputs, t => t.to(float32))).to(type);
        Assert.Equal(type, result.dtype);
        Assert.Equal(expected.shape, result.shape);
        Assert.True(result.to(float64).allclose(expected.to(float64), rtol: type == float16 ? 1.0 / 1024 : 1.0 / 128, atol: 1e-7), $"{result.npstr()} is not {expected.npstr()}");
#if MANAGED_TORCH
        Assert.True(result.Equals(expected), $"{result.npstr()} is not {expected.npstr()}");
#endif
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_gradient_is_of_the_type_and_near_that_of_float32(string operation, ScalarType type)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] inputs = Inputs(operation, type);
        Tensor[] gradients = Gradients(operation, inputs), expected = Gradients(operation, Array.ConvertAll(inputs, t => t.to(float32)));
        double tolerance = type == float16 ? 0.01 : 0.06;
        for (int i = 0; i < inputs.Length; i++)
        {
            Assert.Equal(type, gradients[i].dtype);
            Assert.True(gradients[i].to(float32).allclose(expected[i], rtol: tolerance, atol: tolerance), $"{gradients[i].npstr()} is not {expected[i].npstr()}");
        }
    }

    [Fact]
    public void Types_are_promoted_as_torch_promotes_them()
    {
        Tensor half = ones(2, float16), brain = ones(2, bfloat16);
        Assert.Equal(float32, (half + brain).dtype);
        Assert.Equal(float32, promote_types(float16, bfloat16));
        Assert.Equal(float32, (half + ones(2)).dtype);
        Assert.Equal(float64, (brain * ones(2, float64)).dtype);
        Assert.Equal(float16, (half * tensor(2f)).dtype);
        Assert.Equal(bfloat16, (brain + tensor(2.0, float64)).dtype);
        Assert.Equal(float32, (half * ones(1)).dtype);
        Assert.Equal(float16, (half * 0.5).dtype);
        Assert.Equal(bfloat16, (brain * ones(2, int64)).dtype);
        Assert.Equal(float16, half.sum().dtype);
        Assert.Equal(@bool, half.eq(1).dtype);
        Assert.Throws<ArgumentException>(() => half.data<float>());
    }

    [Fact]
    public void A_number_is_not_rounded_before_it_is_multiplied() =>
        Assert.Equal((Half)0.3f, (tensor([(Half)3]) * 0.1)[0].item<Half>());

    [Fact]
    public void What_is_too_large_for_float16_is_infinite()
    {
        Tensor most = full(2, 65504, float16);
        Assert.Equal(Half.PositiveInfinity, most.sum().item<Half>());
        Assert.Equal(Half.PositiveInfinity, (most * 2)[0].item<Half>());
        Assert.Equal((Half)65504, (most + 15)[0].item<Half>());
        Assert.Equal((Half)65504, most.mean().item<Half>());
        Assert.Equal(new BFloat16(131008), most.bfloat16().sum().item<BFloat16>());
    }

    // Added up in float16, ones come to a halt at 2048.
    [Fact]
    public void Sums_are_not_held_in_the_narrow_type()
    {
        Assert.Equal((Half)4096, ones(4096, float16).sum().item<Half>());
        Assert.Equal((Half)4096, ones([1, 4096], float16).matmul(ones([4096, 1], float16)).item<Half>());
        Assert.Equal((Half)4096, ones(4096, float16).cumsum(0)[4095].item<Half>());
        Assert.Equal(new BFloat16(1024), zeros(1, bfloat16).scatter_add(0, zeros(1024, int64), ones(1024, bfloat16)).item<BFloat16>());
    }

    [Theory]
    [MemberData(nameof(RoundingTests.Types), MemberType = typeof(RoundingTests))]
    public void Order_and_extremes_are_those_of_the_numbers(ScalarType type)
    {
        Tensor x = tensor([3f, -1, 2, float.NegativeInfinity]).to(type);
        (Tensor values, Tensor indices) = x.sort();
        Assert.Equal([3L, 1, 2, 0], indices.data<long>().ToArray());
        Assert.Equal(type, values.dtype);
        Assert.Equal(0, x.argmax().item<long>());
        Assert.Equal([true, false, true, false], (x > 0).data<bool>().ToArray());
        Assert.Equal((type, 3f), (x.max().dtype, x.max().ToSingle()));
    }

    [Theory]
    [MemberData(nameof(RoundingTests.Types), MemberType = typeof(RoundingTests))]
    public void Writes_in_place_round_once(ScalarType type)
    {
        Tensor x = ones(2, type);
        x.add_(1e-4).mul_(3).sub_(ones(2) * 0.5f);
        Assert.Equal((type, 2.5f), (x.dtype, x[0].ToSingle()));
        x.addcdiv_(ones(2, type), full(2, 3, type), value: 1);
        Assert.True(x[0].eq(tensor(2.5f + (1f / 3)).to(type)).item<bool>());
        x[0] = tensor(7f);
        Assert.Equal(7, x[0].ToSingle());
        x.fill_(0.1).gelu_();
        Assert.True(x[0].eq(F.gelu(tensor(0.1f).to(type))).item<bool>());
    }

    [Fact]
    public void A_gradient_goes_through_casts_to_the_type_of_its_leaf()
    {
        Tensor x = tensor([1f, 2]).requires_grad_();
        (x.half() * 3).to(float64).sum().backward();
        Assert.Equal((float32, 3f), (x.grad!.dtype, x.grad[1].item<float>()));

        Tensor leaf = ones(2, bfloat16).requires_grad_();
        (leaf.@float() * 0.1f).sum().backward();
        Assert.Equal(new BFloat16(0.1f), leaf.grad![0].item<BFloat16>());
    }

    [Fact]
    public void Random_numbers_are_drawn_and_rounded()
    {
        manual_seed(1);
        Tensor uniform = rand(1000, bfloat16), normal = randn(1000, float16);
        Assert.Equal((bfloat16, float16), (uniform.dtype, normal.dtype));
        Assert.True(uniform.to(float32).std().item<float>() is > 0.25f and < 0.33f);
        Assert.True(normal.to(float32).std().item<float>() is > 0.9f and < 1.1f);
        Assert.Equal(0.5, ones(1000, float16).bernoulli_(0.5).to(float32).mean().item<float>(), 0.1);
    }

    [Theory]
    [InlineData("SGD")]
    [InlineData("AdamW")]
    public void A_model_is_trained_in_bfloat16(string optimizer)
    {
        manual_seed(0);
        using DisposeScope scope = NewDisposeScope();
        Sequential model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(16, 3)).bfloat16();
        Assert.All(model.parameters(), parameter => Assert.Equal(bfloat16, parameter.dtype));
        optim.Optimizer descent = optimizer == "SGD" ? optim.SGD(model.parameters(), 0.1, momentum: 0.9) : optim.AdamW(model.parameters(), 0.01);
        Tensor x = randn([24, 1, 6, 6], bfloat16), y = arange(24, int64) % 3;
        float first = 0, last = 0;
        for (int step = 0; step < 40; step++)
        {
            using DisposeScope inner = NewDisposeScope();
            descent.zero_grad();
            Tensor loss = F.cross_entropy(model.call(x), y);
            loss.backward();
            Assert.True(nn.utils.clip_grad_norm_(model.parameters(), 1) > 0);
            descent.step();
            last = loss.ToSingle();
            if (step == 0) first = last;
        }
        Assert.All(model.parameters(), parameter => Assert.Equal((bfloat16, bfloat16), (parameter.dtype, parameter.grad!.dtype)));
        Assert.True(last < first / 4, $"The loss went from {first} to {last}.");
    }

    [Fact]
    public void A_module_of_float16_is_saved_and_loaded()
    {
        using nn.Module<Tensor, Tensor> saved = nn.Linear(3, 2).half(), loaded = nn.Linear(3, 2).half();
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        saved.save(writer);
        using BinaryReader reader = new(new MemoryStream(stream.ToArray()));
        loaded.load(reader);
        Assert.True(saved.state_dict()["weight"].Equals(loaded.state_dict()["weight"]));
    }

    [Fact]
    public void Different_types_are_not_multiplied_as_matrices() =>
        Assert.ThrowsAny<Exception>(() => F.linear(ones([2, 3], bfloat16), ones(2, 3), ones(2)));

    private static Tensor[] Inputs(string operation, ScalarType type)
    {
        manual_seed(3);
        return Array.ConvertAll(Operations[operation].Shapes, shape => randn(shape).to(type));
    }

    private static Tensor[] Gradients(string operation, Tensor[] inputs)
    {
        Tensor[] leaves = Array.ConvertAll(inputs, t => t.detach().requires_grad_());
        Tensor output = Operations[operation].Run(leaves);
        return [.. autograd.grad([output], leaves, [full_like(output, 0.5)])];
    }
}

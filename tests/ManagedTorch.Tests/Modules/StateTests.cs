using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ManagedTorch.Tests.Modules;

public class StateTests
{
    [Fact]
    public void state_dict_holds_live_tensors()
    {
        using Scale module = new(1);
        Dictionary<string, Tensor> state = module.state_dict();
        using (no_grad())
        {
            module.factor.add_(1);
        }
        Assert.Equal(2, state["factor"].item<float>());
    }

    [Fact]
    public void load_state_dict_copies()
    {
        using Scale from = new(5), into = new(1);
        into.load_state_dict(from.state_dict());
        using (no_grad())
        {
            from.factor.zero_();
        }
        Assert.Equal(5, into.factor.item<float>());
    }

    [Fact]
    public void load_state_dict_is_strict_about_names_by_default()
    {
        using Scale module = new();
        using Tensor value = ones(1);
        Dictionary<string, Tensor> state = new() { ["other"] = value };
        Assert.Throws<InvalidOperationException>(() => module.load_state_dict(state));
        var (missing, unexpected) = module.load_state_dict(state, strict: false);
        Assert.Equal(["factor"], missing);
        Assert.Equal(["other"], unexpected);
    }

    [Fact]
    public void A_shared_module_is_in_the_state_under_both_names()
    {
        Scale shared = new();
        using Pair module = new(shared, shared);
        Assert.Equal(["first.factor", "second.factor"], module.state_dict().Keys);
        Assert.Single(module.parameters());
    }

    [Fact]
    public void What_is_saved_is_loaded()
    {
        using Pair from = new(new(2), new(3)), into = new(new(), new());
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        from.save(writer);
        stream.Position = 0;
        using BinaryReader reader = new(stream);
        into.load(reader);
        Assert.Equal([2f, 3f], into.parameters().Select(parameter => parameter.item<float>()));
    }

    [Fact]
    public void A_saved_state_is_a_count_then_names_types_shapes_and_elements()
    {
        using Scale module = new(1);
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        module.save(writer);
        byte[] header = [1, 6, .. "factor"u8, (byte)ScalarType.Float32, 1, 1];
        Assert.Equal([.. header, .. BitConverter.GetBytes(1f)], stream.ToArray());
    }

    [Fact]
    public void A_saved_state_of_another_module_is_refused()
    {
        using Scale from = new();
        using Pair into = new(new(), new());
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        from.save(writer);
        stream.Position = 0;
        using BinaryReader reader = new(stream);
        Assert.Throws<ArgumentException>(() => into.load(reader));
    }

    [Fact]
    public void to_replaces_the_parameter_and_invalidates_the_old_one()
    {
        using Scale module = new(2);
        Parameter before = module.factor;
        module.to(ScalarType.Float64);
        Assert.NotSame(before, module.factor);
        Assert.True(before.IsInvalid);
        Assert.Same(module.factor, module.get_parameter("factor"));
        Assert.Equal(ScalarType.Float64, module.factor.dtype);
        Assert.True(module.factor.requires_grad);
        Assert.True(module.factor.is_leaf);
    }

    [Fact]
    public void to_leaves_a_module_that_is_there_already_as_it_is()
    {
        using Scale module = new();
        Parameter before = module.factor;
        module.to(ScalarType.Float32);
        module.cpu();
        Assert.Same(before, module.factor);
    }

    [Fact]
    public void to_takes_the_gradient_along()
    {
        using Scale module = new();
        using Tensor input = ones(1);
        using Tensor output = module.call(input);
        output.backward();
        module.to(ScalarType.Float64);
        using Tensor? grad = module.factor.grad;
        Assert.Equal(1, grad!.item<double>());
    }

    [Fact]
    public void to_converts_floating_point_buffers_alone()
    {
        using Scale module = new();
        module.register_buffer("mean", ones(1));
        module.register_buffer("count", ones(1, dtype: ScalarType.Int64));
        module.to(ScalarType.Float64);
        Assert.Equal(ScalarType.Float64, module.get_buffer("mean")!.dtype);
        Assert.Equal(ScalarType.Int64, module.get_buffer("count")!.dtype);
    }

    [Fact]
    public void to_throws_for_a_ModuleDict_whose_two_indexers_have_one_name()
    {
        using Holder<ModuleDict<Scale>> module = new(nn.ModuleDict(("a", new Scale())));
        Assert.Throws<ArgumentException>(() => module.to(ScalarType.Float64));
    }

    [Fact]
    public void to_refuses_integers()
    {
        using Scale module = new();
        Assert.Throws<ArgumentException>(() => module.to(ScalarType.Int64));
    }

    [Fact]
    public void Parameter_takes_the_handle_of_its_data_over()
    {
        Tensor data = ones(2);
        using Parameter parameter = nn.Parameter(data);
        Assert.True(data.IsInvalid);
        Assert.True(parameter.requires_grad);
    }

    [Fact]
    public void zero_grad_of_a_module_sets_gradients_to_null_by_default()
    {
        using Scale module = new();
        using Tensor input = ones(1);
        using Tensor output = module.call(input);
        output.backward();
        module.zero_grad(set_to_none: false);
        Assert.Equal(0, module.factor.grad!.item<float>());
        module.zero_grad();
        Assert.Null(module.factor.grad);
    }

    [Fact]
    public void zero_grad_of_a_module_reaches_the_modules_below()
    {
        using Holder<Scale> module = new(new());
        using Tensor input = ones(1);
        module.call(input).backward();
        module.zero_grad();
        Assert.Null(module.Held.factor.grad);
    }

    private sealed class Pair : nn.Module
    {
        private readonly Scale first;
        private readonly Scale second;

        public Pair(Scale first, Scale second) : base("Pair")
        {
            this.first = first;
            this.second = second;
            RegisterComponents();
        }

        public Scale First => first;

        public Scale Second => second;
    }
}

using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ManagedTorch.Tests.Modules;

/// <summary>Modules whose parts are other than what is registered with them.</summary>
public class CompositeTests
{
    [Fact]
    public void A_Sequential_of_two_inputs_lists_what_it_chains()
    {
        using SumThen module = new(("first", new Scale(2)), ("second", new Scale(3)));
        Assert.Equal(["first", "second"], module.named_children().Select(entry => entry.name));
        Assert.Equal(["first.factor", "second.factor"], module.named_parameters().Select(entry => entry.name));
        Assert.Empty(module.named_parameters(recurse: false));
        Assert.Equal(["first.factor", "second.factor"], module.state_dict().Keys);
        Assert.Equal(18, module.call(ones(1), full([1], 2)).item<float>());
    }

    [Fact]
    public void What_is_registered_with_a_Sequential_is_not_listed()
    {
        using SumThen module = new(("child", new Scale()));
        module.register_parameter("own", nn.Parameter(ones(1)));
        module.register_buffer("statistics", ones(1));
        Assert.Equal(["child.factor"], module.named_parameters().Select(entry => entry.name));
        Assert.Empty(module.named_buffers());
    }

    [Fact]
    public void Moving_applying_and_modes_reach_what_a_Sequential_chains()
    {
        Scale inner = new();
        using SumThen module = new(("inner", inner));
        module.eval();
        Assert.False(inner.training);
        module.to(float64);
        Assert.Equal(float64, inner.parameters().Single().dtype);
        List<string> order = [];
        module.apply(applied => order.Add(applied.GetName()));
        Assert.Equal(["Scale", module.GetName()], order);
    }

    [Fact]
    public void A_Sequential_of_two_inputs_is_extended_in_place()
    {
        using SumThen module = new(("first", new Scale(2)));
        Assert.Same(module, module.append(new Scale(5)));
        Assert.Equal(2, module.Count);
        Assert.Equal(["first", "1"], module.named_children().Select(entry => entry.name));
    }

    [Fact]
    public void A_module_without_parameters_refuses_them()
    {
        using Doubling module = new();
        Assert.Throws<InvalidOperationException>(() => module.register_parameter("weight", nn.Parameter(ones(1))));
        Assert.Throws<InvalidOperationException>(() => module.register_buffer("mean", ones(1)));
        Assert.Throws<InvalidOperationException>(() => module.register_module("child", new Scale()));
        module.register_module("other", new Doubling());
        Assert.Single(module.named_children());
    }

    [Fact]
    public void A_module_without_parameters_stays_what_it_is_when_moved()
    {
        using Doubling module = new();
        Assert.Same(module, module.to(float64));
        Assert.Equal(float32, module.call(ones(1)).dtype);
    }

    /// <summary>Adds its inputs, and gives the sum to each of its modules in turn.</summary>
    private sealed class SumThen(params (string name, nn.Module submodule)[] modules) : Sequential<Tensor, Tensor, Tensor>(modules)
    {
        public override Tensor forward(Tensor input1, Tensor input2)
        {
            Tensor result = input1 + input2;
            for (int i = 0; i < Count; i++)
            {
                result = ((nn.Module<Tensor, Tensor>)this[i]).call(result);
            }
            return result;
        }
    }

    private sealed class Doubling() : ParameterLessModule<Tensor, Tensor>(nameof(Doubling))
    {
        public override Tensor forward(Tensor input) => input * 2;
    }
}

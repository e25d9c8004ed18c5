using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ManagedTorch.Tests.Modules;

public class CallTests
{
    [Fact]
    public void Hooks_run_through_call_alone()
    {
        using Scale module = new();
        int calls = 0;
        module.register_forward_hook((_, _, output) => { calls++; return output; });
        using Tensor input = ones(1);
        module.forward(input).Dispose();
        Assert.Equal(0, calls);
        module.call(input).Dispose();
        Assert.Equal(1, calls);
    }

    [Fact]
    public void Pre_hooks_run_through_call_alone()
    {
        using Scale module = new();
        int calls = 0;
        module.register_forward_pre_hook(_ => calls++);
        using Tensor input = ones(1);
        module.forward(input).Dispose();
        Assert.Equal(0, calls);
        module.call(input).Dispose();
        Assert.Equal(1, calls);
    }

    [Fact]
    public void Sequential_calls_its_children()
    {
        Scale child = new();
        int calls = 0;
        child.register_forward_hook((_, _, output) => { calls++; return output; });
        using Sequential module = nn.Sequential(("child", child));
        using Tensor input = ones(1);
        module.forward(input).Dispose();
        Assert.Equal(1, calls);
    }

    [Fact]
    public void A_hook_replaces_input_and_output()
    {
        using Scale module = new(2);
        module.register_forward_pre_hook((_, input) => input + 1);
        module.register_forward_hook((_, _, output) => output * 10);
        using Tensor input = ones(1);
        Assert.Equal(40, module.call(input).item<float>());
    }

    [Fact]
    public void A_hook_that_returns_null_changes_nothing()
    {
        using Scale module = new(2);
        module.register_forward_hook((_, _, _) => null!);
        using Tensor input = ones(1);
        Assert.Equal(2, module.call(input).item<float>());
    }

    [Fact]
    public void A_removed_hook_no_longer_runs()
    {
        using Scale module = new();
        int calls = 0;
        var remover = module.register_forward_pre_hook(_ => calls++);
        using Tensor input = ones(1);
        module.call(input).Dispose();
        remover.remove();
        module.call(input).Dispose();
        Assert.Equal(1, calls);
    }

    [Fact]
    public void Sequential_disposes_intermediates()
    {
        Tensor? intermediate = null;
        Scale first = new(2);
        first.register_forward_hook((_, _, output) => intermediate = output);
        using Sequential module = nn.Sequential(("first", first), ("second", new Scale(3)));
        using Tensor input = ones(1);
        using Tensor output = module.call(input);
        Assert.True(intermediate!.IsInvalid);
        Assert.False(input.IsInvalid);
        Assert.Equal(6, output.item<float>());
    }

    [Fact]
    public void An_empty_Sequential_returns_another_handle_of_its_input()
    {
        using Sequential module = nn.Sequential();
        using Tensor input = ones(1);
        using Tensor output = module.call(input);
        Assert.NotSame(input, output);
        Assert.Equal(1, output.item<float>());
    }

    [Fact]
    public void Sequential_names_its_modules_by_position()
    {
        using Sequential module = nn.Sequential(new Scale(), new Scale()).append("last", new Scale());
        Assert.Equal(["0.factor", "1.factor", "last.factor"], module.named_parameters().Select(entry => entry.name));
    }

    [Fact]
    public void A_range_of_Sequential_keeps_names_and_modules()
    {
        using Sequential module = nn.Sequential(new Scale(1), new Scale(2), new Scale(3));
        Sequential tail = module[1..];
        Assert.Equal(["1", "2"], tail.named_children().Select(entry => entry.name));
        Assert.Same(module[2], tail[1]);
    }

    [Fact]
    public void train_and_eval_reach_every_module_below()
    {
        Scale inner = new();
        using Sequential module = nn.Sequential(new Holder<Scale>(inner));
        module.eval();
        Assert.False(module.training);
        Assert.False(inner.training);
        module.train();
        Assert.True(inner.training);
    }

    [Fact]
    public void train_does_not_reach_modules_in_a_list()
    {
        using Holder<List<Scale>> module = new([new()]);
        module.eval();
        Assert.True(module.Held[0].training);
    }

    [Fact]
    public void apply_visits_children_before_parents()
    {
        using Holder<Scale> module = new(new());
        List<string> visited = [];
        module.apply(visitedModule => visited.Add(visitedModule.GetName()));
        Assert.Equal(["Scale", "Holder"], visited);
    }

    [Fact]
    public void Dispose_disposes_parameters_and_submodules()
    {
        Holder<Scale> module = new(new());
        Parameter factor = module.Held.factor;
        module.Dispose();
        Assert.True(factor.IsInvalid);
        Assert.Empty(module.Held.parameters());
    }
}

using ManagedTorch.Tests.Modules;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ManagedTorch.Tests.Optimizers;

public class OptimizerTests
{
    [Fact]
    public void zero_grad_leaves_zeros()
    {
        using Scale module = new();
        using SGD optimizer = optim.SGD(module.parameters(), learningRate: 0.1);
        Assert.Null(module.factor.grad);
        Backward(module);
        optimizer.zero_grad();
        Assert.Equal(0, module.factor.grad!.item<float>());
    }

    [Fact]
    public void step_descends()
    {
        using Scale module = new(1);
        using SGD optimizer = optim.SGD(module.parameters(), 0.1);
        Backward(module);
        optimizer.step();
        Assert.Equal(0.9f, module.factor.item<float>(), 1e-6f);
    }

    [Fact]
    public void step_evaluates_its_closure_with_gradients_on()
    {
        using Scale module = new(1);
        using SGD optimizer = optim.SGD(module.parameters(), 0.1);
        using (no_grad())
        {
            using Tensor? loss = optimizer.step(() => Backward(module));
            Assert.Equal(1, loss!.item<float>());
        }
        Assert.Equal(0.9f, module.factor.item<float>(), 1e-6f);
    }

    [Fact]
    public void An_empty_parameter_list_is_accepted()
    {
        using Adam optimizer = optim.Adam(Enumerable.Empty<Parameter>());
        Assert.Single(optimizer.ParamGroups);
    }

    [Fact]
    public void A_parameter_without_a_gradient_is_left_alone()
    {
        using Scale module = new(1);
        using Adam optimizer = optim.Adam(module.parameters(), weight_decay: 0.1);
        optimizer.step();
        Assert.Equal(1, module.factor.item<float>());
    }

    [Fact]
    public void Parameters_are_enumerated_anew_at_each_step()
    {
        using Scale module = new();
        int enumerations = 0;
        using SGD optimizer = optim.SGD(Counted(), 0.1);
        int before = enumerations;
        optimizer.step();
        Assert.Equal(before + 1, enumerations);

        IEnumerable<Parameter> Counted()
        {
            enumerations++;
            foreach (Parameter parameter in module.parameters())
            {
                yield return parameter;
            }
        }
    }

    [Fact]
    public void A_replaced_parameter_throws_at_the_next_step()
    {
        using Scale module = new();
        using Adam optimizer = optim.Adam(module.parameters());
        module.to(ScalarType.Float64);
        Assert.Throws<KeyNotFoundException>(() => optimizer.step());
    }

    [Fact]
    public void AdamW_has_no_weight_decay_by_default()
    {
        using Scale module = new(1);
        using AdamW optimizer = optim.AdamW(module.parameters(), lr: 0.1);
        Assert.Equal(0, optimizer.state_dict().Options.Cast<AdamW.Options>().Single().weight_decay);
    }

    [Fact]
    public void A_group_takes_what_it_does_not_say_from_the_defaults()
    {
        using Scale first = new(1), second = new(1);
        using SGD optimizer = optim.SGD(
            [
                new SGD.ParamGroup { Parameters = first.parameters() },
                new SGD.ParamGroup { Parameters = second.parameters(), Options = new() { LearningRate = 0.5 } },
            ],
            learningRate: 0.1, momentum: 0.9);
        Assert.Equal([0.1, 0.5], optimizer.ParamGroups.Select(group => group.LearningRate));
        Assert.All(optimizer.ParamGroups.Cast<SGD.ParamGroup>(), group => Assert.Equal(0.9, group.Momentum));
    }

    [Fact]
    public void The_same_parameter_in_two_groups_is_accepted()
    {
        using Scale module = new();
        using SGD optimizer = optim.SGD(module.parameters(), 0.1);
        optimizer.add_param_group(new SGD.ParamGroup { Parameters = module.parameters() });
        Assert.Equal(2, optimizer.parameters().Count());
    }

    [Fact]
    public void A_negative_learning_rate_is_refused() =>
        Assert.Throws<ArgumentException>(() => optim.Adam(Enumerable.Empty<Parameter>(), lr: -1));

    [Fact]
    public void Nesterov_needs_momentum() =>
        Assert.Throws<ArgumentException>(() => optim.SGD(Enumerable.Empty<Parameter>(), 0.1, nesterov: true));

    [Fact]
    public void Saved_state_resumes_bit_for_bit()
    {
        using Scale module = new(1), resumed = new(1);
        using Adam optimizer = optim.Adam(module.parameters(), lr: 0.1, amsgrad: true);
        using Adam fresh = optim.Adam(resumed.parameters(), lr: 0.3);
        Train(module, optimizer, steps: 3);

        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        optimizer.save_state_dict(writer);
        stream.Position = 0;
        using BinaryReader reader = new(stream);
        fresh.load_state_dict(reader);
        resumed.load_state_dict(module.state_dict());

        Train(module, optimizer, steps: 3);
        Train(resumed, fresh, steps: 3);
        Assert.Equal(module.factor.item<float>(), resumed.factor.item<float>());
    }

    [Fact]
    public void A_file_has_the_rates_then_the_options_then_the_state()
    {
        using Scale module = new(1);
        using SGD optimizer = optim.SGD(module.parameters(), 0.5, momentum: 0.25, dampening: 0.125, weight_decay: 0.75, maximize: true);
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        optimizer.save_state_dict(writer);

        using BinaryReader reader = new(new MemoryStream(stream.ToArray()));
        Assert.Equal("SGD", reader.ReadString());
        Assert.Equal((1, 1), (reader.ReadByte(), reader.ReadByte()));
        Assert.Equal((0.5, 0.5), (reader.ReadDouble(), reader.ReadDouble()));
        Assert.Equal((0.25, 0.125, 0.75), (reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble()));
        Assert.Equal((false, true), (reader.ReadBoolean(), reader.ReadBoolean()));
        Assert.False(reader.ReadBoolean(), "There is no momentum yet.");
        Assert.Equal(reader.BaseStream.Length, reader.BaseStream.Position);
    }

    [Fact]
    public void A_state_is_copied_from_another_optimizer_of_its_kind()
    {
        using Scale module = new(1), other = new(1);
        using AdamW optimizer = optim.AdamW(module.parameters(), lr: 0.1), copy = optim.AdamW(other.parameters());
        Train(module, optimizer, steps: 2);
        copy.load_state_dict(optimizer.state_dict());
        Assert.True(copy.state_dict().State[0].ApproximatelyEquals(optimizer.state_dict().State[0]));
        Assert.Equal(0.1, copy.ParamGroups.Single().LearningRate);
    }

    [Fact]
    public void The_state_of_another_kind_of_optimizer_is_refused()
    {
        using Scale module = new();
        using SGD sgd = optim.SGD(module.parameters(), 0.1);
        using Adam adam = optim.Adam(module.parameters());
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        sgd.save_state_dict(writer);
        stream.Position = 0;
        using BinaryReader reader = new(stream);
        Assert.Throws<InvalidDataException>(() => adam.load_state_dict(reader));
    }

    [Fact]
    public void A_step_leaves_no_tensors_behind()
    {
        using Scale module = new(1);
        using Adam optimizer = optim.Adam(module.parameters());
        Train(module, optimizer, steps: 1);
        using DisposeScope scope = NewDisposeScope();
        int before = scope.DisposablesCount;
        optimizer.step();
        Assert.Equal(before, scope.DisposablesCount);
    }

    private static void Train(Scale module, optim.Optimizer optimizer, int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            optimizer.zero_grad();
            Backward(module).Dispose();
            optimizer.step();
        }
    }

    // The loss is the factor itself: its gradient is 1.
    private static Tensor Backward(Scale module)
    {
        using Tensor input = ones(1);
        using Tensor output = module.call(input);
        Tensor loss = output.sum();
        loss.backward();
        return loss;
    }
}

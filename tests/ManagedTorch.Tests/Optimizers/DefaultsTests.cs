using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace ManagedTorch.Tests.Optimizers;

/// <summary>What is not given, where TorchSharp differs from PyTorch or once differed from itself.</summary>
public class DefaultsTests
{
    [Fact]
    public void RAdam_has_a_rate_of_two_thousandths() => Assert.Equal(0.002, Rate(RAdam([Weight()])));

    [Fact]
    public void ASGD_has_a_rate_of_a_thousandth() => Assert.Equal(1e-3, Rate(ASGD([Weight()])));

    [Fact]
    public void AdamW_decays_nothing() =>
        Assert.Equal(0, ((AdamW.Options)AdamW([Weight()]).state_dict().Options.Single()).weight_decay);

    [Fact]
    public void Adam_and_AdamW_have_a_second_beta_of_0_999()
    {
        Assert.Equal((0.9, 0.999), ((Adam.ParamGroup)Adam([Weight()]).ParamGroups.Single()).Betas);
        Assert.Equal((0.9, 0.999), ((AdamW.ParamGroup)AdamW([Weight()]).ParamGroups.Single()).Betas);
    }

    [Fact]
    public void Rprop_steps_by_the_sign_of_the_gradient_alone()
    {
        using Parameter weight = nn.Parameter(tensor([100f]));
        using Rprop optimizer = Rprop([weight], lr: 0.5);
        weight.grad = tensor([-1f]);
        optimizer.step();
        Assert.Equal(100.5f, weight.item<float>());
    }

    [Fact]
    public void Before_the_first_backward_zero_grad_leaves_no_gradient()
    {
        using Parameter weight = Weight();
        using SGD optimizer = SGD([weight], learningRate: 0.1);
        optimizer.zero_grad();
        Assert.Null(weight.grad);
    }

    [Fact]
    public void Step_after_to_another_dtype_throws_KeyNotFoundException()
    {
        using Linear model = nn.Linear(2, 2);
        Parameter before = model.weight;
        using AdamW optimizer = AdamW(model.parameters());
        model.to(float64);
        Assert.NotSame(before, model.weight);
        Assert.True(before.IsInvalid);
        Assert.Throws<KeyNotFoundException>(() => optimizer.step());
    }

    private static Parameter Weight() => nn.Parameter(ones(1));

    private static double Rate(Optimizer optimizer) => optimizer.ParamGroups.Single().LearningRate;
}

using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace ManagedTorch.Tests.Optimizers;

public class SchedulerTests
{
    [Fact]
    public void An_int_argument_is_the_epoch()
    {
        using SGD optimizer = Sgd();
        lr_scheduler.StepLR(optimizer, 2, 0.5).step(8);
        Assert.Equal(Math.Pow(0.5, 4), Rate(optimizer), 1e-12);
    }

    [Fact]
    public void A_double_argument_is_ignored()
    {
        using SGD optimizer = Sgd();
        lr_scheduler.StepLR(optimizer, 2, 0.5).step(8.0);
        Assert.Equal(1, Rate(optimizer));
    }

    [Fact]
    public void A_last_epoch_decays_in_the_constructor()
    {
        using SGD optimizer = Sgd();
        lr_scheduler.StepLR(optimizer, 1, 0.5, last_epoch: 5);
        Assert.Equal(0.5, Rate(optimizer));
    }

    [Fact]
    public void ReduceLROnPlateau_throws_without_a_metric()
    {
        using SGD optimizer = Sgd();
        var scheduler = lr_scheduler.ReduceLROnPlateau(optimizer);
        Assert.Throws<InvalidOperationException>(() => scheduler.step());
        Assert.Throws<InvalidOperationException>(() => scheduler.step(3));
    }

    [Fact]
    public void ReduceLROnPlateau_knows_min_and_max_alone()
    {
        using SGD optimizer = Sgd();
        Assert.Throws<ArgumentException>(() => lr_scheduler.ReduceLROnPlateau(optimizer, mode: "Min"));
    }

    [Fact]
    public void ReduceLROnPlateau_reduces_after_more_than_patience_bad_epochs()
    {
        using SGD optimizer = Sgd();
        var scheduler = lr_scheduler.ReduceLROnPlateau(optimizer, factor: 0.5, patience: 1);
        List<double> rates = [];
        foreach (double metric in (double[])[1, 1, 1, 1])
        {
            scheduler.step(metric);
            rates.Add(Rate(optimizer));
        }
        Assert.Equal([1, 1, 0.5, 0.5], rates);
    }

    [Fact]
    public void Two_schedulers_on_one_optimizer_multiply()
    {
        using SGD optimizer = Sgd();
        var first = lr_scheduler.ExponentialLR(optimizer, 0.5);
        var second = lr_scheduler.ExponentialLR(optimizer, 0.1);
        first.step();
        second.step();
        Assert.Equal(0.05, Rate(optimizer), 1e-12);
    }

    [Fact]
    public void LinearLR_ends_at_the_full_rate_by_default()
    {
        using SGD optimizer = Sgd();
        var scheduler = lr_scheduler.LinearLR(optimizer);
        for (int epoch = 0; epoch < 6; epoch++)
        {
            scheduler.step();
        }
        Assert.Equal(1, Rate(optimizer), 1e-12);
    }

    [Fact]
    public void OneCycleLR_cycles_the_first_beta_of_Adam()
    {
        using Adam optimizer = Adam([nn.Parameter(ones(1))]);
        lr_scheduler.OneCycleLR(optimizer, 1.0, total_steps: 10);
        Assert.Equal(0.95, ((Adam.ParamGroup)optimizer.ParamGroups.Single()).Betas.Item1);
    }

    [Fact]
    public void OneCycleLR_keeps_the_second_group_in_the_first_phase()
    {
        using SGD optimizer = SGD(
            [new SGD.ParamGroup([nn.Parameter(ones(1))]), new SGD.ParamGroup([nn.Parameter(ones(1))])], 0.1, momentum: 0.9);
        var scheduler = lr_scheduler.OneCycleLR(optimizer, 1.0, total_steps: 10, anneal_strategy: lr_scheduler.impl.OneCycleLR.AnnealStrategy.Linear);
        for (int step = 0; step < 9; step++)
        {
            scheduler.step();
        }
        Assert.Equal(4e-6, optimizer.ParamGroups.First().LearningRate, 1e-9);
        Assert.True(optimizer.ParamGroups.Last().LearningRate > 1);
    }

    [Fact]
    public void CyclicLR_moves_between_its_bounds()
    {
        using SGD optimizer = Sgd();
        var scheduler = lr_scheduler.CyclicLR(optimizer, 0.1, 0.5, step_size_up: 2, cycle_momentum: false);
        List<double> rates = [Rate(optimizer)];
        for (int epoch = 0; epoch < 5; epoch++)
        {
            scheduler.step();
            rates.Add(Rate(optimizer));
        }
        Assert.Equal([0.1, 0.3, 0.5, 0.3, 0.1, 0.3], rates.Select(rate => Math.Round(rate, 9)));
    }

    [Fact]
    public void CyclicLR_raises_the_momentum_above_its_maximum()
    {
        using SGD optimizer = SGD([nn.Parameter(ones(1))], 1.0, momentum: 0.5);
        lr_scheduler.CyclicLR(optimizer, 0.1, 0.5, step_size_up: 1, base_momentum: 0.8, max_momentum: 0.9).step();
        Assert.Equal(1.0, ((SGD.ParamGroup)optimizer.ParamGroups.Single()).Momentum, 1e-9);
    }

    [Fact]
    public void SequentialLR_hands_over_at_its_milestone()
    {
        using SGD optimizer = Sgd();
        var scheduler = lr_scheduler.SequentialLR(
            optimizer, [lr_scheduler.ConstantLR(optimizer, 0.5, 10), lr_scheduler.ExponentialLR(optimizer, 0.1)], [2]);
        List<double> rates = [Rate(optimizer)];
        for (int epoch = 0; epoch < 3; epoch++)
        {
            scheduler.step();
            rates.Add(Rate(optimizer));
        }
        Assert.Equal([0.5, 0.5, 1, 0.1], rates.Select(rate => Math.Round(rate, 6)));
    }

    private static SGD Sgd() => SGD([nn.Parameter(ones(1))], 1.0);

    private static double Rate(Optimizer optimizer) => optimizer.ParamGroups.Single().LearningRate;
}

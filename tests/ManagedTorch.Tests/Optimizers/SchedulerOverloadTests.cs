using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace ManagedTorch.Tests.Optimizers;

/// <summary>step(), step(int? epoch) and step(double current, int? epoch) on every scheduler.</summary>
public class SchedulerOverloadTests
{
    private static readonly Dictionary<string, Func<Optimizer, lr_scheduler.LRScheduler>> Factories = new()
    {
        ["StepLR"] = optimizer => lr_scheduler.StepLR(optimizer, 1, 0.5),
        ["MultiStepLR"] = optimizer => lr_scheduler.MultiStepLR(optimizer, [1, 3], 0.5),
        ["ExponentialLR"] = optimizer => lr_scheduler.ExponentialLR(optimizer, 0.5),
        ["PolynomialLR"] = optimizer => lr_scheduler.PolynomialLR(optimizer),
        ["LinearLR"] = optimizer => lr_scheduler.LinearLR(optimizer),
        ["ConstantLR"] = optimizer => lr_scheduler.ConstantLR(optimizer),
        ["LambdaLR"] = optimizer => lr_scheduler.LambdaLR(optimizer, epoch => 1.0 / (1 + epoch)),
        ["MultiplicativeLR"] = optimizer => lr_scheduler.MultiplicativeLR(optimizer, _ => 0.5),
        ["CosineAnnealingLR"] = optimizer => lr_scheduler.CosineAnnealingLR(optimizer, 10),
        ["OneCycleLR"] = optimizer => lr_scheduler.OneCycleLR(optimizer, 2.0, total_steps: 10),
        ["CyclicLR"] = optimizer => lr_scheduler.CyclicLR(optimizer, 0.1, 0.5, step_size_up: 2),
    };

    public static TheoryData<string> Names => [.. Factories.Keys];

    [Theory, MemberData(nameof(Names))]
    public void A_metric_is_ignored(string name) =>
        Assert.Equal(Rates(name, scheduler => scheduler.step()), Rates(name, scheduler => scheduler.step(123.0)));

    [Theory, MemberData(nameof(Names))]
    public void A_null_epoch_is_the_next(string name) =>
        Assert.Equal(Rates(name, scheduler => scheduler.step()), Rates(name, scheduler => scheduler.step((int?)null)));

    [Fact]
    public void MultiStepLR_decays_at_each_milestone() =>
        Assert.Equal([0.5, 0.5, 0.25, 0.25], Rates("MultiStepLR", scheduler => scheduler.step()));

    [Fact]
    public void A_metric_that_falls_below_max_mode_reduces_the_rate()
    {
        using SGD optimizer = Sgd();
        var scheduler = lr_scheduler.ReduceLROnPlateau(optimizer, mode: "max", factor: 0.5, patience: 0);
        scheduler.step(2.0);
        scheduler.step(1.0);
        Assert.Equal(0.5, optimizer.ParamGroups.Single().LearningRate);
    }

    private static double[] Rates(string name, Action<lr_scheduler.LRScheduler> step)
    {
        using SGD optimizer = Sgd();
        var scheduler = Factories[name](optimizer);
        double[] rates = new double[4];
        for (int epoch = 0; epoch < rates.Length; epoch++)
        {
            step(scheduler);
            rates[epoch] = optimizer.ParamGroups.Single().LearningRate;
        }
        return rates;
    }

    private static SGD Sgd() => SGD([nn.Parameter(ones(1))], 1.0, momentum: 0.5);
}

using TrainingGuards.Checks.Dynamics;
using TrainingGuards.Tests.Models;
using TrainingGuards.Trials;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TrainingGuards.Tests.Trials;

/// <summary>The optimizer that checks put around the user's own is what schedulers take it for.</summary>
public sealed class WatchedOptimizerTests
{
    [Fact]
    public void A_schedule_that_cycles_momentum_finds_it() => (SoundSetups.ConvNet with
    {
        Scheduler = optimizer => lr_scheduler.OneCycleLR(optimizer, max_lr: 0.05, total_steps: 100, cycle_momentum: true),
    }).MustSatisfy(new UpdatesAreProportionate());

    [Fact]
    public void A_schedule_that_cycles_betas_finds_them() => (SoundSetups.Classifier with
    {
        Scheduler = optimizer => lr_scheduler.OneCycleLR(optimizer, max_lr: 3e-3, total_steps: 100, cycle_momentum: true),
    }).MustSatisfy(new UpdatesAreProportionate());

    [Fact]
    public void Momentum_and_betas_are_those_of_the_own_optimizer()
    {
        using var model = new MlpClassifier();
        using var sgd = SGD(model.parameters(), learningRate: 0.1, momentum: 0.9);
        using var adam = Adam(model.parameters(), lr: 0.1);
        using var adagrad = Adagrad(model.parameters(), lr: 0.1);
        using WatchedOptimizer momentum = WatchedOptimizer.Of(sgd, _ => { }), betas = WatchedOptimizer.Of(adam, _ => { }), neither = WatchedOptimizer.Of(adagrad, _ => { });
        Assert.IsAssignableFrom<IMomentum>(momentum).Momentum = 0.5;
        Assert.Equal(0.5, ((IMomentum)sgd).Momentum);
        Assert.IsAssignableFrom<IBetas>(betas).Betas = (0.8, 0.9);
        Assert.Equal((0.8, 0.9), ((IBetas)adam).Betas);
        Assert.IsNotAssignableFrom<IMomentum>(betas);
        Assert.IsNotAssignableFrom<IMomentum>(neither);
        Assert.IsNotAssignableFrom<IBetas>(neither);
    }
}

using TrainingGuards.Checks.Dynamics;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Dynamics;

public sealed class WeightsStayHealthyTests
{
    private static readonly WeightsStayHealthy Check = new();

    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed) => SoundSetups.Of(name, seed).MustSatisfy(Check);

    [Fact]
    public void A_decay_that_is_stronger_than_the_loss()
    {
        Verdict verdict = Broken(Decaying, "has a weight_decay of 3; its gradient is", "times that of the loss");
        Assert.Equal("TG8006", verdict.Findings.Causes[0].Rule);
        Assert.Equal(new Cost(0, 0, 30), verdict.Cost);
    }

    [Fact]
    public void A_decay_of_AdamW_shows_by_what_is_left() => Broken(
        SoundSetups.Classifier with { Optimizer = parameters => optim.AdamW(parameters, lr: 1e-3, weight_decay: 400) }, "has a weight_decay of 400; it fell to");

    [Fact]
    public void A_penalty_that_is_too_strong_shows_by_what_is_left() => Broken(
        SoundSetups.Classifier with { Optimizer = parameters => optim.SGD(parameters, learningRate: 0.01), Penalty = model => 20 * model.parameters().Select(weight => weight.square().sum()).Aggregate((a, b) => a + b) },
        "of its size, and its group has no weight_decay");

    [Fact]
    public void A_reward_for_size_lets_weights_grow() => Broken(
        SoundSetups.Classifier with { Optimizer = parameters => optim.SGD(parameters, learningRate: 0.1), Penalty = model => -2 * model.parameters().Select(weight => weight.square().sum()).Aggregate((a, b) => a + b) },
        "times its size in 30 looks, at a learning rate of 0.1");

    [Fact]
    public void A_bias_that_runs_away_is_named() => Broken(
        SoundSetups.Classifier with
        {
            Optimizer = null,
            Optimizers = model => [optim.Adam(model.named_parameters().Where(part => part.name != "head.bias").Select(part => part.parameter), lr: 1e-3), optim.Adam(model.named_parameters().Where(part => part.name == "head.bias").Select(part => part.parameter), lr: 2000)],
        },
        "head.bias reached");

    [Fact]
    public void Few_looks_tell_nothing() => Assert.Contains("at least 10 steps", SoundSetups.Classifier.Judge(new WeightsStayHealthy(steps: 9)).Reason, StringComparison.Ordinal);

    internal static Setup Decaying => SoundSetups.Classifier with { Optimizer = parameters => optim.SGD(parameters, learningRate: 0.01, weight_decay: 3) };

    private static Verdict Broken(Setup setup, params string[] evidence)
    {
        Verdict verdict = setup.Judge(Check);
        verdict.MustBe(Outcome.Broken);
        foreach (string part in evidence) Assert.True(verdict.Findings.Causes[0].Evidence.Contains(part, StringComparison.Ordinal), verdict.ToString());
        return verdict;
    }
}

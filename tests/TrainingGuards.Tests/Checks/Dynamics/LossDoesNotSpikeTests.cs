using TrainingGuards.Checks.Dynamics;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Dynamics;

public sealed class LossDoesNotSpikeTests
{
    private static readonly LossDoesNotSpike Check = new();

    public static TheoryData<string, int> Sound => SoundSetups.FewSeeds;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed) => SoundSetups.Of(name, seed).MustSatisfy(Check);

    [Fact]
    public void A_rate_that_leaps_is_a_loss_that_leaps()
    {
        Verdict verdict = Leaping.Judge(Check);
        Assert.Equal(Outcome.Broken, verdict.Outcome);
        Assert.Matches("^the loss rose from .* to .* by step [78]\\d$", verdict.Findings.Causes[0].Evidence);
        Assert.Equal("TG8006", verdict.Findings.Causes[0].Rule);
        Assert.Equal(new Cost(0, 0, 100), verdict.Cost);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Losses_of_single_examples_scatter_and_do_not_leap(int seed)
    {
        // Exponential, as the loss of one example at a time: heavy to one side, for 5,000 steps.
        var random = new Random(seed);
        Assert.Equal(Outcome.Holds, Of(Enumerable.Range(0, 5000).Select(_ => -Math.Log(random.NextDouble()))).Outcome);
    }

    [Fact]
    public void One_batch_of_outliers_is_no_leap() => Assert.Equal(Outcome.Holds, Of(Enumerable.Range(0, 200).Select(i => i == 120 ? 1000 : 1 + (0.01 * (i % 7)))).Outcome);

    [Fact]
    public void A_loss_near_zero_may_double() => Assert.Equal(Outcome.Holds, Of(Enumerable.Range(0, 300).Select(i => i < 100 ? 2 : i < 200 ? 1e-4 * (1 + (0.01 * (i % 3))) : 4e-4)).Outcome);

    [Fact]
    public void A_negative_loss_leaps_by_its_size() => Assert.Equal(Outcome.Broken, Of(Enumerable.Range(0, 200).Select(i => i < 150 ? -3 - (0.01 * (i % 5)) : 8.0)).Outcome);

    [Fact]
    public void Fewer_steps_than_a_leap_is_judged_by_are_not_enough() => Assert.Contains(
        "at least 59 steps with a finite loss; there were 58", (SoundSetups.Classifier with { Seed = 1 }).Judge(new LossDoesNotSpike(steps: 58)).Reason, StringComparison.Ordinal);

    internal static Setup Leaping => SoundSetups.Regressor with
    {
        Optimizer = parameters => optim.SGD(parameters, learningRate: 0.05),
        Scheduler = optimizer => optim.lr_scheduler.LambdaLR(optimizer, step => step < 70 ? 1 : 40),
    };

    private static Verdict Of(IEnumerable<double> losses)
    {
        using var model = nn.Linear(1, 1);
        using var optimizer = optim.SGD(model.parameters(), learningRate: 0.1);
        using var monitor = new TrainingMonitor(model, optimizer, options: new() { Checks = [Check], Warned = _ => { } });
        foreach (double loss in losses) monitor.Step(loss);
        return Assert.Single(monitor.Verdicts());
    }
}

using TrainingGuards.Checks.Dynamics;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Dynamics;

public sealed class TrainingIsFinishedTests
{
    private static readonly TrainingIsFinished Check = new();

    public static TheoryData<string, int> Sound => SoundSetups.FewSeeds;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed) => SoundSetups.Of(name, seed).MustSatisfy(Check);

    [Fact]
    public void A_rate_that_is_too_low_for_so_few_steps_leaves_the_loss_falling()
    {
        Verdict verdict = Slow.Judge(Check);
        verdict.MustBe(Outcome.Broken);
        Assert.Matches(@"^the loss falls from \S+ to \S+ in the last quarter of 400 steps, \S+ % of its whole fall \(\S+ standard errors\)$", verdict.Findings.Causes[0].Evidence);
        Assert.StartsWith("let it train, 800 steps for a beginning", verdict.Findings.Causes[0].Remedy, StringComparison.Ordinal);
        Assert.Equal(new Cost(0, 0, 400), verdict.Cost);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_loss_that_has_reached_its_noise_has_ended(int seed)
    {
        var random = new Random(seed);
        Assert.Equal(Outcome.Holds, Train(Enumerable.Range(0, 4000).Select(i => (2 * Math.Exp(-i / 500.0)) - Math.Log(random.NextDouble()))).Outcome);
    }

    [Fact]
    public void A_power_law_has_its_gains_behind_it() => Assert.Equal(Outcome.Holds, Train(Enumerable.Range(1, 4000).Select(i => 1.7 + (9 * Math.Pow(i, -0.3)))).Outcome);

    [Fact]
    public void A_rate_that_is_taken_down_ends_training() => Assert.StartsWith(
        "the learning rate ends at 0.0025 of its peak", Train(Enumerable.Range(0, 400).Select(i => 4 - (i / 100.0)), falls: true).Reason, StringComparison.Ordinal);

    [Fact]
    public void Validation_that_rises_is_told_while_training_goes_on()
    {
        var warnings = new List<MonitorWarning>();
        Verdict verdict = Train(Enumerable.Range(0, 400).Select(i => 2 * Math.Exp(-i / 50.0)), epoch => (1 - Math.Min(epoch, 8) + (1.1 * Math.Max(epoch, 8)), false), warnings);
        Assert.Equal(Outcome.Broken, verdict.Outcome);
        Assert.Matches(@"^validation was best at epoch 8, 1.8, and has risen over the 12 evaluations since, to 15 \(\S+ standard errors\)$", verdict.Findings.Causes[0].Evidence);
        Assert.StartsWith("stop at epoch 8 and keep its weights", verdict.Findings.Causes[0].Remedy, StringComparison.Ordinal);
        Assert.Single(warnings);
    }

    [Fact]
    public void An_accuracy_that_falls_is_as_bad() => Assert.Equal(
        Outcome.Broken, Train(Enumerable.Range(0, 400).Select(i => 2 * Math.Exp(-i / 50.0)), epoch => (epoch < 8 ? 0.1 * epoch : 0.8 - (0.02 * (epoch - 8)), true)).Outcome);

    [Fact]
    public void Validation_that_wavers_is_content()
    {
        var random = new Random(0);
        Assert.Equal(Outcome.Holds, Train(Enumerable.Range(0, 400).Select(i => 2 * Math.Exp(-i / 50.0)), epoch => (1 + Math.Exp(-epoch / 2.0) + (0.05 * random.NextDouble()), false)).Outcome);
    }

    [Fact]
    public void Early_stopping_within_patience_is_content() => Assert.Equal(
        Outcome.Holds, Train(Enumerable.Range(0, 400).Select(i => 2 * Math.Exp(-i / 50.0)), epoch => (epoch <= 11 ? 20 - epoch : 9 + (epoch - 11), false)).Outcome);

    [Fact]
    public void What_has_not_ended_is_not_judged()
    {
        Assert.Equal("it needs training to its end; there were 100 of 400 steps", Train(Enumerable.Range(0, 100).Select(i => 4.0 - i), total: 400).Reason);
        Assert.StartsWith("it needs at least 80 steps", Train(Enumerable.Range(0, 50).Select(i => 4.0 - i)).Reason, StringComparison.Ordinal);
    }

    internal static Setup Slow => SoundSetups.Classifier with { Optimizer = parameters => optim.SGD(parameters, learningRate: 1e-3) };

    private static Verdict Train(IEnumerable<double> losses, Func<int, (double Metric, bool HigherIsBetter)>? validation = null, List<MonitorWarning>? warnings = null, bool falls = false, long? total = null)
    {
        using var model = nn.Linear(1, 1);
        using var optimizer = optim.SGD(model.parameters(), learningRate: 0.1);
        using var monitor = new TrainingMonitor(model, optimizer, options: new() { Checks = [Check], Warned = warning => warnings?.Add(warning), TotalSteps = total });
        int step = 0;
        monitor.BeginEpoch();
        foreach (double loss in losses)
        {
            if (falls) optimizer.ParamGroups.First().LearningRate = 0.1 * (400 - step) / 400;
            monitor.Step(loss);
            if (++step % 20 != 0 || validation is null) continue;
            (double metric, bool higherIsBetter) = validation(step / 20);
            monitor.Validated(metric, higherIsBetter);
            monitor.BeginEpoch();
        }
        return Assert.Single(monitor.Verdicts());
    }
}

using TrainingGuards.Checks.Dynamics;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace TrainingGuards.Tests.Checks.Dynamics;

public sealed class ClippingIsRareTests
{
    private static readonly ClippingIsRare Check = new();

    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed)
    {
        Verdict verdict = SoundSetups.Of(name, seed).Judge(Check);
        Assert.True(verdict.Outcome is Outcome.NotApplicable || (name == nameof(SoundSetups.ResidualNet) && verdict.Outcome is Outcome.Holds), verdict.ToString());
    }

    [Theory]
    [InlineData(0.001)]
    [InlineData(1e-6)]
    public void A_tiny_limit_cuts_every_step(double limit)
    {
        Verdict verdict = ClippedTo(limit).Judge(Check);
        verdict.MustBe(Outcome.Broken);
        Assert.Matches(@"^the limit of \S+ clips 100 % of 30 steps; the norm is \S+ in the median, \S+ times the limit: every step has the length of the limit", verdict.Findings.Causes[0].Evidence);
        Assert.Equal(1, verdict.Findings.Claims[0].Worst.Value);
        Assert.Equal(new Cost(30, 30, 50), verdict.Cost);
    }

    [Fact]
    public void A_limit_that_always_cuts_a_little_holds_and_is_noted()
    {
        Verdict verdict = ClippedTo(0.1).MustSatisfy(Check);
        Assert.StartsWith("the limit of 0.1 clips ", Assert.Single(verdict.Findings.Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7), InlineData(8), InlineData(9)]
    public void Adam_makes_up_for_it_until_its_epsilon(int seed)
    {
        Setup Of(double limit, double epsilon = 1e-8) => ClippedTo(limit) with { Optimizer = parameters => optim.Adam(parameters, lr: 1e-3, eps: epsilon), Seed = seed };
        Of(0.001).MustSatisfy(Check);
        Of(1e-5).MustSatisfy(Check);
        Of(1e-8, epsilon: 1e-16).MustSatisfy(Check);
        foreach (Setup small in new[] { Of(1e-8), Of(0.001, epsilon: 1e-3) })
        {
            Verdict verdict = small.Judge(Check);
            verdict.MustBe(Outcome.Broken);
            Assert.EndsWith(" that Adam adds before it divides by it, so that updates shrink", verdict.Findings.Causes[0].Evidence, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Gradients_below_epsilon_without_clipping_are_not_its_fault() =>
        (ClippedTo(0.001) with { Optimizer = parameters => optim.Adam(parameters, lr: 1e-3, eps: 10) }).MustSatisfy(Check);

    [Fact]
    public void Without_a_limit_norms_differ() => Assert.StartsWith(
        "the gradients of 50 steps begin their update with norms that all differ", ClippedTo(double.PositiveInfinity).Judge(Check).Reason, StringComparison.Ordinal);

    [Fact]
    public void Without_a_step_of_its_own_nothing_clips() => Assert.StartsWith("the setup has no Step of its own", SoundSetups.Classifier.Judge(Check).Reason, StringComparison.Ordinal);

    [Theory]
    [InlineData(50, 0.5, Outcome.Broken)]
    [InlineData(4, 0.5, Outcome.Holds)]
    [InlineData(0.1, 0.5, Outcome.Holds)]
    public void The_monitor_goes_by_the_norms_that_it_is_told(double norm, double limit, Outcome expected) =>
        Assert.Equal(expected, Train(100, step => norm * (1 + (0.1 * (step % 7))), limit).Outcome);

    [Fact]
    public void Large_gradients_at_the_beginning_are_passed_over() => Assert.Equal(Outcome.Holds, Train(400, step => step < 20 ? 1000 : 1, 1).Outcome);

    [Fact]
    public void The_monitor_says_what_it_is_not_told()
    {
        Assert.Contains("set MonitorOptions.ClippingNorm", Train(60, _ => 1, limit: null).Reason, StringComparison.Ordinal);
        Assert.Contains("monitor.Step(loss, normBeforeClipping: norm)", Train(60, _ => null, limit: 1).Reason, StringComparison.Ordinal);
    }

    internal static Setup ClippedTo(double limit) => SoundSetups.Classifier with
    {
        Optimizer = parameters => optim.SGD(parameters, learningRate: 0.01),
        Step = step =>
        {
            step.Optimizer.zero_grad();
            Tensor loss = cross_entropy(((nn.Module<Tensor, Tensor>)step.Model).call(step.Batch.Inputs), step.Batch.Targets);
            loss.backward();
            nn.utils.clip_grad_norm_(step.Model.parameters(), limit);
            step.Optimizer.step();
            return loss.ToDouble();
        },
    };

    private static Verdict Train(int steps, Func<int, double?> norm, double? limit)
    {
        using var model = nn.Linear(1, 1);
        using var optimizer = optim.SGD(model.parameters(), learningRate: 0.1);
        using var monitor = new TrainingMonitor(model, optimizer, options: new() { Checks = [Check], Warned = _ => { }, ClippingNorm = limit });
        for (int step = 0; step < steps; step++) monitor.Step(1.0, normBeforeClipping: norm(step));
        return Assert.Single(monitor.Verdicts());
    }
}

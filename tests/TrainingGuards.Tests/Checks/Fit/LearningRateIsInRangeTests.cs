using TrainingGuards.Checks.Fit;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Fit;

public sealed class LearningRateIsInRangeTests
{
    private static readonly LearningRateIsInRange Check = new();
    private static readonly Setup Classifier = SoundSetups.Classifier with { Evaluate = null };

    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    public static TheoryData<string, int> SoundData => SoundExamples.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed) => SoundSetups.Of(name, seed).MustSatisfy(Check);

    [Theory]
    [MemberData(nameof(SoundData))]
    public void Holds_on_sound_examples(string name, int seed) => SoundExamples.Of(name, seed).MustSatisfy(Check);

    [Theory]
    [InlineData("Adam"), InlineData("SGD with momentum")]
    public void A_rate_a_thousand_times_too_large_diverges(string optimizer)
    {
        for (int seed = 0; seed < 10; seed++) Broken(With(optimizer, 1000) with { Seed = seed }, "diverges from");
    }

    [Theory]
    [InlineData("Adam"), InlineData("SGD with momentum")]
    public void A_rate_ten_thousand_times_too_small_is_far_from_the_steepest_fall(string optimizer)
    {
        for (int seed = 0; seed < 10; seed++) Broken(With(optimizer, 1e-4) with { Seed = seed }, "powers of ten lower, and in 120 steps at it the loss falls by");
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7), InlineData(8), InlineData(9)]
    public void A_rate_at_which_the_loss_falls_is_in_range_wherever_the_sweep_falls(int seed)
    {
        // So narrow a range that the sweep alone breaks it.
        Verdict verdict = (SoundSetups.Classifier with { Evaluate = null, Seed = seed }).MustSatisfy(new LearningRateIsInRange(decades: 0.001));
        Assert.Contains(verdict.Findings.Claims, claim => claim.Quantity == "fall of the loss in 120 steps at your own rate");
        Assert.Equal(2, verdict.Findings.Curves.Count);
        Assert.InRange(verdict.Cost.Steps, 121, 240);
    }

    [Fact]
    public void Of_a_scheduler_the_highest_rate_is_judged()
    {
        Setup setup = With("Adam", 1000) with { Scheduler = optimizer => optim.lr_scheduler.LinearLR(optimizer, start_factor: 1e-6, end_factor: 1, total_iters: 200) };
        Assert.EndsWith("at 10", Broken(setup, "diverges from").Findings.Claims[0].Worst.Culprit, StringComparison.Ordinal);
        (Classifier with { Scheduler = optimizer => optim.lr_scheduler.OneCycleLR(optimizer, max_lr: 1e-2, total_steps: 300, cycle_momentum: false) }).MustSatisfy(Check);
    }

    [Fact]
    public void Groups_keep_their_ratio() => Assert.EndsWith("at 0.01 and 0.5", SoundSetups.MultiLabel.MustSatisfy(Check).Findings.Claims[0].Worst.Culprit, StringComparison.Ordinal);

    [Fact]
    public void An_optimizer_that_searches_along_a_line_is_not_concerned() =>
        Assert.Equal(Outcome.NotApplicable, (Classifier with { Optimizer = parameters => optim.LBFGS(parameters) }).Judge(Check).Outcome);

    [Fact]
    public void A_step_that_sets_its_own_rate_is_not_concerned()
    {
        Setup own = Classifier with
        {
            Step = step =>
            {
                foreach (optim.ILearningRateController group in step.Optimizer.ParamGroups) group.LearningRate = 1e-3;
                step.Optimizer.zero_grad();
                Tensor loss = nn.functional.cross_entropy(((nn.Module<Tensor, Tensor>)step.Model).call(step.Batch.Inputs), step.Batch.Targets);
                loss.backward();
                step.Optimizer.step();
                return loss.ToDouble();
            },
        };
        Assert.Equal("the training step sets its learning rate itself", own.Judge(Check).Reason);
    }

    [Fact]
    public void A_loss_that_falls_at_no_rate_is_inconclusive() => Assert.Equal(
        Outcome.Inconclusive, (Classifier with { Loss = (output, target) => nn.functional.cross_entropy(0 * output, target) }).Judge(Check).Outcome);

    // Where all examples can be told apart no rate is too large: the first lucky weights have no gradient.
    private static Setup With(string optimizer, double factor) => Classifier with
    {
        Batch = () => SampleData.Blobs(32, 8, 4) is var (points, labels) ? (points, labels.where(rand(32).gt(0.3), randint(4, [32], dtype: ScalarType.Int64))) : default,
        Optimizer = optimizer == "Adam" ? parameters => optim.Adam(parameters, lr: 1e-2 * factor) : parameters => optim.SGD(parameters, learningRate: 0.05 * factor, momentum: 0.9),
    };

    private static Verdict Broken(Setup setup, string evidence)
    {
        Verdict verdict = setup.Judge(Check);
        verdict.MustBe(Outcome.Broken);
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(evidence, StringComparison.Ordinal), verdict.ToString());
        Assert.Equal("TG8006", verdict.Findings.Causes[0].Rule);
        return verdict;
    }
}

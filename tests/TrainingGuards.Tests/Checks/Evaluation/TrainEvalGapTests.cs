using TrainingGuards.Checks.Evaluation;
using TrainingGuards.Tests.Checks.Evaluation.Saboteurs;
using TrainingGuards.Tests.Models;

namespace TrainingGuards.Tests.Checks.Evaluation;

public sealed class TrainEvalGapTests
{
    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed)
    {
        Verdict verdict = SoundSetups.Of(name, seed).Judge(new TrainEvalGap());
        // Its attention drops out by a function.
        Outcome expected = name == nameof(SoundSetups.CausalTransformer) ? Outcome.NotApplicable : Outcome.Holds;
        Assert.True(verdict.Outcome == expected, verdict.ToString());
        Assert.Empty(verdict.Findings.Notes);
    }

    public static TheoryData<int, double, int> Healthy
    {
        get
        {
            var cases = new TheoryData<int, double, int>();
            foreach (int batch in new[] { 4, 8, 64 })
                foreach (double dropout in new[] { 0, 0.5 })
                    for (int seed = 0; seed < 10; seed++) cases.Add(batch, dropout, seed);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Healthy))]
    public void Holds_with_dropout_and_small_batches(int batch, double dropout, int seed)
    {
        Setup setup = WrongStatistics.Setup(dropout: dropout) with { Seed = seed };
        (setup with { Batch = () => SampleData.Blobs(batch, 8, 4) is var (x, y) ? ((5 * x) + 3, y) : default }).MustSatisfy(new TrainEvalGap());
    }

    [Theory]
    [InlineData(0.01), InlineData(0.3), InlineData(0.5)]
    public void Holds_whatever_the_momentum_between(double momentum) => WrongStatistics.Setup(momentum).MustSatisfy(new TrainEvalGap());

    [Fact]
    public void A_forward_with_a_dispose_scope_of_its_own_is_seen_into() => (SoundSetups.ConvNet with { Model = () => new Scoped(), Evaluate = null }).MustSatisfy(new TrainEvalGap());

    [Fact]
    public void A_small_momentum_is_noted() =>
        Assert.Contains("momentum 0.01 of `norm`: after 50 steps evaluation still takes 60.5 %", Assert.Single(WrongStatistics.Setup(0.01).MustSatisfy(new TrainEvalGap()).Findings.Notes), StringComparison.Ordinal);

    [Fact]
    public void A_momentum_of_one_keeps_the_last_batch_alone() => Broken(WrongStatistics.Setup(1), "the running mean of `norm` is 100 % that of the last batch: momentum is 1", rule: null, "norm");

    [Fact]
    public void A_momentum_of_Keras_is_read_the_other_way_round() => Broken(WrongStatistics.Setup(0.9), "the running mean of `norm` is 90 % that of the last batch: momentum is 0.9", rule: null, "norm");

    [Fact]
    public void A_momentum_of_zero_learns_no_statistics() => Broken(WrongStatistics.Setup(0), "the running statistics of `norm` stay at mean 0 and variance 1: momentum is 0", rule: null, "norm");

    [Fact]
    public void Training_in_evaluation_mode_moves_no_statistics() =>
        Broken(WrongStatistics.StaysInEvaluation, "the running statistics of `norm` did not move in 50 training steps", "TG2002", "norm");

    [Fact]
    public void A_normalisation_without_running_statistics_is_named() => Broken(WrongStatistics.Setup(track: false), "`norm` has no running statistics", rule: null, "norm");

    [Fact]
    public void An_eps_above_the_variance_is_noted() =>
        Assert.Contains("eps 1,000 of `norm` is above the variance of 32 of 32 channels".Replace(",", "", StringComparison.Ordinal), Assert.Single(WrongStatistics.Setup(eps: 1000).MustSatisfy(new TrainEvalGap()).Findings.Notes), StringComparison.Ordinal);

    [Fact]
    public void Another_function_in_evaluation_is_located()
    {
        Verdict verdict = Broken(WrongStatistics.ScaledInTraining, "`ScalesInTraining` gives other outputs in evaluation mode than in training mode", rule: null, "ScalesInTraining");
        Assert.StartsWith("WrongStatistics.cs:", verdict.Findings.Where!.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void Randomness_that_no_module_makes_leaves_nothing_to_compare() =>
        Assert.Equal(Outcome.NotApplicable, WrongStatistics.FunctionalDropout.Judge(new TrainEvalGap()).Outcome);

    [Fact]
    public void It_takes_a_step() => Assert.Throws<ArgumentOutOfRangeException>(() => new TrainEvalGap(0));

    private static Verdict Broken(Setup setup, string because, string? rule, string module)
    {
        Verdict verdict = setup.Judge(new TrainEvalGap());
        verdict.MustBe(Outcome.Broken);
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(because, StringComparison.Ordinal), verdict.ToString());
        Assert.Equal(rule, verdict.Findings.Causes[0].Rule);
        Assert.Equal(module, verdict.Findings.Where?.Module);
        return verdict;
    }
}

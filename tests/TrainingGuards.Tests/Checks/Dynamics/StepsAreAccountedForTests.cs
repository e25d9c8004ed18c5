using TrainingGuards.Checks.Dynamics;
using TrainingGuards.Tests.Checks.Wiring.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Dynamics;

public sealed class StepsAreAccountedForTests
{
    private static readonly StepsAreAccountedFor Check = new();

    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    public static TheoryData<string, int> SoundData => SoundExamples.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed) => HoldsOrDoesNotApply(SoundSetups.Of(name, seed));

    [Theory]
    [MemberData(nameof(SoundData))]
    public void Holds_on_sound_examples(string name, int seed) => HoldsOrDoesNotApply(SoundExamples.Of(name, seed));

    [Fact]
    public void A_last_batch_that_is_dropped_is_counted()
    {
        Verdict verdict = Broken(WithoutTheLastBatch, "in an epoch of Training 80 of 480 examples are not trained on, what is left of them after 4 batches of 100");
        Assert.Equal(new Cost(0, 0, 0, 400), verdict.Cost);
    }

    [Fact]
    public void A_loop_that_ends_early_is_not_a_remainder() => Broken(
        Limited(batchSize: 32, batches: 5), "in an epoch of Training 320 of 480 examples are not trained on: 5 batches of 32, where there would be 15");

    [Fact]
    public void A_small_remainder_is_noted_alone() => Assert.Equal(
        "10 of 480 examples are not trained on, what is left of them after 10 batches of 47 in an epoch of Training", Assert.Single(Limited(batchSize: 47, batches: 10).MustSatisfy(Check).Findings.Notes));

    [Fact]
    public void What_accumulation_leaves_over_is_noted_in_a_suite()
    {
        Setup setup = SoundExamples.Classifier() with { Step = OwnStep.Accumulates(4, 4).Step };
        Verdict verdict = setup.MustSatisfy(Check);
        Assert.Equal("Step takes 4 batches and an epoch has 15: the last 3 need a step of their own", Assert.Single(verdict.Findings.Notes));
    }

    [Theory]
    [InlineData(false, "the last 16 of 32 examples"), InlineData(true, "the first 16 of 32 examples")]
    public void A_part_of_each_batch_that_is_left_out_is_counted(bool first, string which)
    {
        Verdict verdict = (SoundExamples.Classifier() with { Step = first ? OwnStep.SecondPart : OwnStep.FirstPart }).Judge(Check);
        verdict.MustBe(Outcome.Broken);
        Assert.StartsWith(which + " of a batch are left out by Step", verdict.Findings.Causes[0].Evidence, StringComparison.Ordinal);
        Assert.Equal("Step", verdict.Findings.Where?.Module);
        Assert.StartsWith("OwnStep.cs:", verdict.Findings.Where!.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_that_goes_through_all_parts_holds() => (SoundExamples.Classifier() with { Step = OwnStep.AllParts }).MustSatisfy(Check);

    [Fact]
    public void A_step_that_draws_its_examples_holds() => (SoundExamples.Classifier() with { Step = OwnStep.DrawnPart }).MustSatisfy(Check);

    [Fact]
    public void A_step_that_changes_nothing_is_another_checks() => (SoundExamples.Classifier() with { Step = OwnStep.NeverGoesBack.Step }).MustSatisfy(Check);

    [Fact]
    public void The_monitor_sees_an_accumulation_that_drops_its_rest()
    {
        // 15 batches of 32, a step for each four: floor for ceil.
        var warnings = new List<MonitorWarning>();
        Verdict verdict = Train([128, 128, 128], epochs: 3, warnings);
        Assert.Equal(Outcome.Broken, verdict.Outcome);
        Assert.StartsWith("in epoch 1 96 of 480 examples are not trained on, what is left of them after 3 steps of 128", verdict.Findings.Causes[0].Evidence, StringComparison.Ordinal);
        Assert.Equal(4, Assert.Single(warnings).FirstStep);
    }

    [Fact]
    public void The_monitor_is_content_with_all_of_them() => Assert.Equal(Outcome.Holds, Train([128, 128, 128, 96], epochs: 3, []).Outcome);

    [Fact]
    public void An_epoch_that_goes_on_is_not_judged() => Assert.StartsWith("it needs an epoch that is over", Train([128], epochs: 1, []).Reason, StringComparison.Ordinal);

    [Fact]
    public void The_last_epoch_is_over_where_all_steps_are_made() => Assert.Equal(Outcome.Broken, Train([128, 128, 128], epochs: 1, [], total: 3).Outcome);

    [Fact]
    public void The_monitor_says_what_it_is_not_told()
    {
        Assert.Contains("set MonitorOptions.ExamplesPerEpoch", Train([1, 1], epochs: 2, [], all: null).Reason, StringComparison.Ordinal);
        Assert.Contains("call monitor.Step(loss, examples: …)", Train([0, 0], epochs: 2, []).Reason, StringComparison.Ordinal);
        Assert.Contains("call monitor.BeginEpoch()", Train([1, 1], epochs: 2, [], begin: false).Reason, StringComparison.Ordinal);
        Assert.Contains("the setup gives no Training", SoundSetups.Classifier.Judge(Check).Reason, StringComparison.Ordinal);
    }

    internal static Setup WithoutTheLastBatch => Limited(batchSize: 100, batches: 4);

    private static Setup Limited(int batchSize, int batches)
    {
        (Tensor inputs, Tensor labels) = SampleData.Held(() => SampleData.Blobs(480, 8, 4));
        var loader = utils.data.DataLoader(utils.data.TensorDataset(inputs, labels), batchSize, Enumerable.Range(0, batchSize * batches).Select(i => (long)i));
        return SoundSetups.Classifier with { Batch = null, Evaluate = null, Training = Examples.From(loader) };
    }

    private static Verdict Train(long[] examples, int epochs, List<MonitorWarning> warnings, long? all = 480, long? total = null, bool begin = true)
    {
        using var model = nn.Linear(1, 1);
        using var optimizer = optim.SGD(model.parameters(), learningRate: 0.1);
        using var monitor = new TrainingMonitor(model, optimizer, options: new() { Checks = [Check], Warned = warnings.Add, ExamplesPerEpoch = all, TotalSteps = total });
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            if (begin) monitor.BeginEpoch();
            foreach (long count in examples) monitor.Step(1.0, count);
        }
        return Assert.Single(monitor.Verdicts());
    }

    private static void HoldsOrDoesNotApply(Setup setup) =>
        setup.Judge(Check).MustBe(setup.Training?.Count is null ? Outcome.NotApplicable : Outcome.Holds);

    private static Verdict Broken(Setup setup, string evidence)
    {
        Verdict verdict = setup.Judge(Check);
        verdict.MustBe(Outcome.Broken);
        Assert.Equal(evidence, verdict.Findings.Causes[0].Evidence);
        return verdict;
    }
}

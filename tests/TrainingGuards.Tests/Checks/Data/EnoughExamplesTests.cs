using TrainingGuards.Checks.Data;
using TrainingGuards.Tests.Checks.Data.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Data;

public sealed class EnoughExamplesTests
{
    private static readonly EnoughExamples Check = new();

    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    public static TheoryData<string, int> SoundData => SoundExamples.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Without_a_set_there_is_nothing_to_count(string name, int seed)
    {
        Verdict verdict = SoundSetups.Of(name, seed).Judge(Check);
        if (SoundSetups.Of(name, seed).Training is not null) verdict.MustHold();
        else Assert.StartsWith("the setup gives no Training", verdict.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(SoundData))]
    public void Holds_on_sound_examples(string name, int seed)
    {
        Verdict verdict = SoundExamples.Of(name, seed).Judge(Check);
        verdict.MustBe(name is "Regressor" or "Tokens" ? Outcome.NotApplicable : Outcome.Holds);
        if (name == "Classifier") Assert.Equal(new Cost(0, 0, 0, 480), verdict.Cost);
    }

    [Fact]
    public void A_class_of_a_few_examples_is_named() => Broken(Scarce.Class, "class 3 has 4 of 400 training examples", "of class 3", Check);

    [Fact]
    public void A_label_of_a_few_examples_is_named()
    {
        manual_seed(0);
        Tensor labels = rand(500, 5).lt(0.4).to(ScalarType.Float32);
        labels.select(1, 2).fill_(0);
        labels[7, 2] = tensor(1f);
        Setup setup = SoundExamples.Classifier() with { Training = Examples.From(randn(500, 8), labels, 20) };
        Broken(setup, "column 2 of target has 1 of 500 training examples", "of column 2 of target", Check);
    }

    [Fact]
    public void A_small_validation_set_is_found() => Broken(
        Scarce.Validation, "accuracy on 40 validation examples is known to ± 15.5 points with 95 %", "", Check);

    [Fact]
    public void A_finer_resolution_takes_more()
    {
        Assert.Equal("at least 385 (accuracy known to ± 5 points with 95 %)", SoundExamples.Classifier().Judge(new EnoughExamples(resolution: 0.05)).Findings.Claims[1].Expected.ToString());
        Broken(SoundExamples.Classifier(), "accuracy on 160 validation examples is known to ± 7.75 points", "", new(resolution: 0.05));
    }

    [Fact]
    public void Batches_without_a_size_are_counted_to_the_end_of_the_epoch()
    {
        Setup setup = Scarce.Class;
        Examples training = setup.Training!;
        Broken(setup with { Training = Examples.From(() => training.Epoch()) }, "class 3 has 4 of 400 training examples", "of class 3", Check);
    }

    [Fact]
    public void An_epoch_without_end_is_read_as_far_as_10000_examples()
    {
        Setup setup = SoundExamples.Classifier() with { Training = Examples.From(Endless) };
        Assert.Equal(10_016, setup.MustSatisfy(Check).Cost.Examples);
    }

    [Fact]
    public void Large_sets_are_read_in_part()
    {
        Setup setup = SoundExamples.Classifier() with { Training = Examples.From(randn(30_000, 8), arange(30_000).remainder(4).to(ScalarType.Int64), 32) };
        Assert.Equal(10_016, setup.MustSatisfy(Check).Cost.Examples);
    }

    private static IEnumerable<Batch> Endless()
    {
        while (true) yield return SampleData.Blobs(32, 8, 4);
    }

    private static void Broken(Setup setup, string because, string culprit, EnoughExamples check)
    {
        Verdict verdict = setup.Judge(check);
        verdict.MustBe(Outcome.Broken);
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(because, StringComparison.Ordinal), verdict.ToString());
        Assert.Equal(culprit, verdict.Findings.Claims.First(claim => !claim.Holds).Worst.Culprit);
    }
}

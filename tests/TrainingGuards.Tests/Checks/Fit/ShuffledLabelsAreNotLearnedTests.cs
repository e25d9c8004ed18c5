using TrainingGuards.Checks.Fit;
using TrainingGuards.Tests.Checks.Fit.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Fit;

public sealed class ShuffledLabelsAreNotLearnedTests
{
    private static readonly ShuffledLabelsAreNotLearned Check = new();

    public static TheoryData<string, int> SoundData => SoundExamples.EverySeed;

    [Theory]
    [MemberData(nameof(SoundData))]
    public void Holds_on_sound_examples(string name, int seed) => SoundExamples.Of(name, seed).MustSatisfy(Check);

    [Fact]
    public void A_setup_without_validation_is_not_concerned() => Assert.Equal(Outcome.NotApplicable, SoundSetups.Classifier.Judge(Check).Outcome);

    [Fact]
    public void A_step_that_finds_labels_elsewhere_is_named_with_its_lines()
    {
        Verdict verdict = Broken(OwnLabels.Setup(alone: true), "to the bit whatever targets its batch has");
        Assert.Equal("Step", verdict.Findings.Where!.Module);
        Assert.StartsWith("OwnLabels.cs:", verdict.Findings.Where.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_loss_on_labels_from_elsewhere_is_named() => Broken(OwnLabels.Setup(alone: false), "though its steps do use the targets that they are given", "TG5004");

    [Fact]
    public void A_model_that_is_trained_already_is_named() => Broken(
        SoundExamples.Classifier() with { Model = () => OwnLabels.Trained(), Optimizer = parameters => optim.SGD(parameters, learningRate: 1e-5) }, "the weights are loaded or kept", "TG7002");

    private static Verdict Broken(Setup setup, string evidence, string? rule = null)
    {
        Verdict verdict = setup.Judge(Check);
        verdict.MustBe(Outcome.Broken);
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(evidence, StringComparison.Ordinal), verdict.ToString());
        Assert.Equal(rule, verdict.Findings.Causes[0].Rule);
        return verdict;
    }
}

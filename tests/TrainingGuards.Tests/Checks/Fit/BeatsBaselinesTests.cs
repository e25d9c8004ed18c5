using TrainingGuards.Checks.Fit;
using TrainingGuards.Tests.Checks.Data.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Fit;

public sealed class BeatsBaselinesTests
{
    private static readonly BeatsBaselines Check = new();

    public static TheoryData<string, int> SoundData => SoundExamples.EverySeed;

    [Theory]
    [MemberData(nameof(SoundData))]
    public void Holds_on_sound_examples(string name, int seed) => SoundExamples.Of(name, seed).MustSatisfy(name == "ManyLabels" ? new(epochs: 60) : Check);

    [Theory]
    [InlineData(0), InlineData(1), InlineData(2)]
    public void Holds_on_several_optimizers(long seed) => (SoundSetups.MultiLabel with { Seed = seed }).MustSatisfy(Check);

    [Fact]
    public void What_people_reach_is_shown_beside_it()
    {
        Verdict verdict = SoundExamples.Classifier().MustSatisfy(new BeatsBaselines(humanAccuracy: 0.95));
        Assert.Contains("; of people 0.95", verdict.Findings.Notes[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_setup_without_validation_is_not_concerned() => Assert.Equal(Outcome.NotApplicable, SoundSetups.Classifier.Judge(Check).Outcome);

    [Fact]
    public void Classes_that_are_numbered_differently_are_named()
    {
        Setup setup = SoundExamples.Classifier();
        Examples validation = setup.Validation!;
        Broken(setup with { Validation = Examples.From(() => validation.Epoch().Select(batch => (Batch)(batch.Inputs.Only, (batch.Targets.Only + 1).remainder(4)))) }, "training and validation number them differently");
    }

    [Fact]
    public void Validation_that_is_prepared_otherwise_is_told_by_training()
    {
        Setup setup = SoundExamples.Classifier();
        Examples validation = setup.Validation!;
        Broken(setup with { Validation = Examples.From(() => validation.Epoch().Select(batch => (Batch)(batch.Inputs.Only.roll(3, 0), batch.Targets.Only))) }, "what is learnt does not hold there");
    }

    [Fact]
    public void A_model_that_learns_nothing_is_named() => Broken(SoundExamples.Classifier() with { Optimizer = parameters => optim.SGD(parameters, learningRate: 1e-9) }, "nothing was learnt");

    [Fact]
    public void Statistics_that_are_wrong_in_evaluation_are_told_by_training_mode() => Broken(
        SoundExamples.Classifier() with { Model = () => nn.Sequential(nn.BatchNorm1d(8, momentum: 1e-6), nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 4)), Training = Far(SoundExamples.Classifier().Training!), Validation = Far(SoundExamples.Classifier().Validation!) },
        "in training mode: running statistics or the mode itself", "TG2002, TG2007");

    [Fact]
    public void A_model_that_is_worse_than_a_line_is_named() => Broken(
        SoundExamples.Regressor() with { Model = () => nn.Sequential(nn.ReLU(), nn.Linear(4, 1)), Optimizer = parameters => optim.Adam(parameters, lr: 5e-2) }, "of a linear model");

    [Fact]
    public void A_loss_that_explodes_is_broken() => Broken(SoundExamples.Regressor() with { Optimizer = parameters => optim.SGD(parameters, 1e6) }, "the loss is ", "TG6009");

    [Fact]
    public void Too_few_validation_examples_are_inconclusive()
    {
        Setup setup = SoundExamples.Classifier();
        Examples validation = setup.Validation!;
        Verdict verdict = (setup with { Validation = Examples.From(() => validation.Epoch().Take(1).Select(batch => (Batch)(batch.Inputs.Only.narrow(0, 0, 16), batch.Targets.Only.narrow(0, 0, 16)))) }).Judge(Check);
        Assert.Equal(Outcome.Inconclusive, verdict.Outcome);
        Assert.Contains("validation examples", verdict.Reason, StringComparison.Ordinal);
    }

    private static Examples Far(Examples examples) => Examples.From(() => examples.Epoch().Select(batch => (Batch)((0.001 * batch.Inputs.Only) + 5, batch.Targets.Only)));

    private static void Broken(Setup setup, string evidence, string? rule = null)
    {
        Verdict verdict = setup.Judge(Check);
        verdict.MustBe(Outcome.Broken);
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(evidence, StringComparison.Ordinal), verdict.ToString());
        Assert.Equal(rule, verdict.Findings.Causes[0].Rule);
    }
}

using TrainingGuards.Checks.Fit;
using TrainingGuards.Tests.Checks.Fit.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Fit;

/// <summary>Nine trainings each: two seeds of setups of a few kinds.</summary>
public sealed class CapacityHelpsTests
{
    [Theory]
    [InlineData(0), InlineData(1), InlineData(2)]
    public void Holds_on_a_classifier(long seed) =>
        (SoundSetups.Classifier with { Seed = seed, Evaluate = null }).MustSatisfy(new CapacityHelps(width => new WideNet(width)));

    [Theory]
    [InlineData(0), InlineData(1), InlineData(2)]
    public void Holds_on_a_regressor(long seed) => (SoundSetups.Regressor with { Seed = seed }).MustSatisfy(
        new CapacityHelps(width => nn.Sequential(nn.Linear(4, (long)(16 * width)), nn.Tanh(), nn.Dropout(0.1), nn.Linear((long)(16 * width), 1))));

    [Fact]
    public void A_rate_that_is_too_high_for_a_wide_one_alone_is_a_note() => (SoundSetups.Regressor with { Optimizer = parameters => optim.SGD(parameters, learningRate: 0.1) }).MustSatisfy(
        new CapacityHelps(width => nn.Sequential(nn.Linear(4, (long)(64 * width)), nn.ReLU(), nn.Linear((long)(64 * width), 1))));

    [Fact]
    public void Outputs_that_grow_with_the_width_are_named() =>
        Broken(SumsOverWidth.Setup, width => new SumsOverWidth(width), "untrained outputs grow with the width");

    [Fact]
    public void A_penalty_that_grows_with_the_width_is_named() => Broken(
        SoundSetups.Classifier with { Evaluate = null, Penalty = model => 0.03 * model.parameters().Select(parameter => parameter.abs().sum()).Aggregate((sum, next) => sum + next) * model.parameters().Sum(parameter => parameter.numel()) / 200 },
        width => new WideNet(width), "without the penalty");

    [Fact]
    public void A_factory_that_ignores_its_width_is_inconclusive()
    {
        Verdict verdict = (SoundSetups.Classifier with { Evaluate = null }).Judge(new CapacityHelps(_ => new WideNet(1), steps: 20));
        Assert.Equal(Outcome.Inconclusive, verdict.Outcome);
        Assert.Contains("parameters over those of the width before", verdict.Reason, StringComparison.Ordinal);
    }

    private static void Broken(Setup setup, Func<double, nn.Module> width, string evidence)
    {
        Verdict verdict = setup.Judge(new CapacityHelps(width));
        verdict.MustBe(Outcome.Broken);
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(evidence, StringComparison.Ordinal), verdict.ToString());
    }
}

using TrainingGuards.Checks.Evaluation;
using TrainingGuards.Tests.Checks.Evaluation.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Evaluation;

public sealed class EvaluationCoversEverythingTests
{
    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    public static TheoryData<string, int> Sets => SoundExamples.EverySeed;

    [Theory]
    [MemberData(nameof(Sets))]
    public void Holds_on_the_sound_setup_that_evaluates_a_set(string name, int seed) =>
        SoundExamples.Of(name, seed).Judge(new EvaluationCoversEverything()).MustBe(name == nameof(SoundExamples.Classifier) ? Outcome.Holds : Outcome.NotApplicable);

    [Theory]
    [MemberData(nameof(Sound))]
    public void Concerns_no_setup_without_a_set_and_an_evaluation(string name, int seed) =>
        Assert.Equal(Outcome.NotApplicable, SoundSetups.Of(name, seed).Judge(new EvaluationCoversEverything()).Outcome);

    [Theory]
    [InlineData(0), InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7), InlineData(8), InlineData(9)]
    public void Holds_for_sums_over_all_examples(int seed)
    {
        Assert.StartsWith("Evaluate returns the accuracy over the whole set", Coverage.Setup(Coverage.WholeAccuracy, seed).MustSatisfy(new EvaluationCoversEverything()).Findings.Notes[0], StringComparison.Ordinal);
        Coverage.Setup(Coverage.WholeLoss, seed).MustSatisfy(new EvaluationCoversEverything());
        Coverage.Setup((setup, model) => 1 - Coverage.WholeAccuracy(setup, model), seed).MustSatisfy(new EvaluationCoversEverything());
        Coverage.Setup((setup, model) => 100 * Coverage.WholeAccuracy(setup, model), seed).MustSatisfy(new EvaluationCoversEverything());
        Coverage.Setup((setup, model) => Math.Exp(Coverage.WholeLoss(setup, model)), seed).MustSatisfy(new EvaluationCoversEverything());
    }

    [Fact]
    public void The_last_batch_alone_is_found() => Broken(Coverage.LastBatchAlone, "is the accuracy of the last batch alone (5 batches, the last of 22 examples)");

    [Fact]
    public void The_first_batch_alone_is_found() =>
        Broken(Coverage.Setup((setup, model) => setup.Validation!.Epoch().Select(batch => Coverage.Loss(model, batch)).First()), "is the loss of the first batch alone");

    [Fact]
    public void A_dropped_last_batch_is_found() => Broken(
        Coverage.Setup((setup, model) => setup.Validation!.Epoch().Where(batch => batch.Size == 32).Average(batch => Coverage.Loss(model, batch))), "is the loss without the last batch");

    [Fact]
    public void A_mean_of_means_is_found() =>
        Broken(Coverage.Setup((setup, model) => setup.Validation!.Epoch().Average(batch => Coverage.Loss(model, batch))), "is the mean over the batches of their loss");

    [Fact]
    public void A_sum_of_means_is_found() =>
        Broken(Coverage.Setup((setup, model) => setup.Validation!.Epoch().Sum(batch => Coverage.Loss(model, batch))), "is the sum over the batches of their loss, not divided");

    [Fact]
    public void Means_that_are_divided_by_examples_are_found() =>
        Broken(Coverage.Setup((setup, model) => setup.Validation!.Epoch().Sum(batch => Coverage.Loss(model, batch)) / 150), "is the sum over the batches of their loss, divided by the number of examples");

    [Fact]
    public void Sums_that_are_not_divided_are_found() =>
        Broken(Coverage.Setup((setup, model) => 150 * Coverage.WholeAccuracy(setup, model)), "is the sum of the accuracy over the examples, not divided");

    [Fact]
    public void The_training_set_is_found() =>
        Broken(Coverage.Setup((setup, model) => Coverage.WholeLoss(setup with { Validation = setup.Training }, model)), "is the loss of the training set", "TG5004");

    [Fact]
    public void An_unknown_metric_is_asked_for_and_judged_where_it_is_given()
    {
        static double Margin(Setup setup, nn.Module model) => setup.Validation!.Epoch().Sum(batch => Margins(Coverage.Output(model, batch)).sum().ToDouble()) / 150;
        static Tensor Margins(Tensor output) => output.amax([-1L]) - output.mean([-1L]);
        Verdict unknown = Coverage.Setup(Margin).Judge(new EvaluationCoversEverything());
        Assert.Equal(Outcome.NotApplicable, unknown.Outcome);
        Assert.EndsWith("say metric:", unknown.Reason, StringComparison.Ordinal);
        var given = new EvaluationCoversEverything((outputs, _) => Margins(outputs));
        Coverage.Setup(Margin).MustSatisfy(given);
        Broken(Coverage.Setup((setup, model) => Margin(setup, model) + 0.01), "is the metric neither of the whole set", rule: null, given);
        Broken(Coverage.Setup((setup, model) => setup.Validation!.Epoch().Select(batch => Margins(Coverage.Output(model, batch)).mean().ToDouble()).ToArray()[^1]), "is the metric of the last batch alone", rule: null, given);
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7), InlineData(8), InlineData(9)]
    public void Targets_of_a_thousand_are_no_overflow(int seed)
    {
        manual_seed(seed);
        Tensor inputs = randn(96, 4), targets = 1000 * inputs.narrow(1, 0, 1);
        Examples validation = Examples.From(inputs, targets, 32);
        Setup setup = SoundSetups.Regressor with { Batch = null, Training = validation, Validation = validation, Seed = seed };
        double Errors(nn.Module model) => validation.Epoch().Sum(batch => (Coverage.Output(model, batch).cpu() - batch.Targets[0]).square().sum().ToDouble());
        double variance = targets.square().sum().ToDouble();
        Verdict explained = (setup with { Evaluate = model => 1 - (Errors(model) / variance) }).Judge(new EvaluationCoversEverything());
        Assert.True(explained.Outcome == Outcome.NotApplicable && explained.Reason!.EndsWith("say metric:", StringComparison.Ordinal), explained.ToString());
        (setup with { Evaluate = model => Errors(model) / 96 }).MustSatisfy(new EvaluationCoversEverything());
        Broken(setup with { Evaluate = model => validation.Epoch().Select(batch => (Coverage.Output(model, batch).cpu() - batch.Targets[0]).square().mean().ToDouble()).ToArray()[^1] }, "mean squared error of the last batch alone");
    }

    [Theory]
    [InlineData(double.NaN), InlineData(double.PositiveInfinity)]
    public void What_is_no_number_is_inconclusive(double returned) =>
        Assert.Equal(Outcome.Inconclusive, Coverage.Setup((_, _) => returned).Judge(new EvaluationCoversEverything()).Outcome);

    [Fact]
    public void A_setup_without_a_set_or_an_evaluation_is_not_judged()
    {
        Setup setup = Coverage.LastBatchAlone;
        Assert.Equal(Outcome.NotApplicable, (setup with { Validation = null }).Judge(new EvaluationCoversEverything()).Outcome);
        Assert.Equal(Outcome.NotApplicable, (setup with { Evaluate = null }).Judge(new EvaluationCoversEverything()).Outcome);
        Assert.Equal(Outcome.Inconclusive, (setup with { Validation = Examples.From(() => []), Evaluate = _ => 0 }).Judge(new EvaluationCoversEverything()).Outcome);
        Assert.Throws<ArgumentOutOfRangeException>(() => new EvaluationCoversEverything(tolerance: 0));
    }

    private static void Broken(Setup setup, string because, string? rule = null, EvaluationCoversEverything? check = null)
    {
        Verdict verdict = setup.Judge(check ?? new EvaluationCoversEverything());
        verdict.MustBe(Outcome.Broken);
        Assert.Equal("Evaluate", verdict.Findings.Where!.Module);
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(because, StringComparison.Ordinal), verdict.ToString());
        Assert.Equal(rule, verdict.Findings.Causes[0].Rule);
    }
}

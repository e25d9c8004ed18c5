using TrainingGuards.Checks.Fit;
using TrainingGuards.Tests.Checks.Data.Saboteurs;
using TrainingGuards.Tests.Checks.Fit.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Fit;

public sealed class InputMattersTests
{
    private static readonly InputMatters Check = new();

    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    public static TheoryData<string, int> SoundData => SoundExamples.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed) => SoundSetups.Of(name, seed).MustSatisfy(Check);

    [Theory]
    [MemberData(nameof(SoundData))]
    public void Holds_on_sound_examples(string name, int seed) => SoundExamples.Of(name, seed).MustSatisfy(Check);

    [Fact]
    public void Dropout_and_batch_normalisation_hold() => (SoundSetups.Classifier with
    {
        Model = () => nn.Sequential(nn.Linear(8, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Dropout(0.5), nn.Linear(32, 4)),
    }).MustSatisfy(Check);

    [Fact]
    public void A_mask_that_is_the_same_for_all_is_not_asked_for() => (SoundSetups.TwoInputs with
    {
        Batch = () => SampleData.Blobs(24, 6, 3) is var (points, labels) ? ((points, ones(24, 3)), labels) : default,
    }).MustSatisfy(Check);

    [Theory]
    [InlineData(nameof(TimesZero)), InlineData(nameof(ConstantInput))]
    public void An_input_that_is_not_used_is_found_on_its_line(string name)
    {
        Verdict verdict = Broken(Deaf.Setup(name == nameof(TimesZero) ? () => new TimesZero() : () => new ConstantInput()), "the outputs are the same with zeros in place of input: it is not used");
        Assert.Equal(name, verdict.Findings.Where!.Module);
        Assert.StartsWith("Deaf.cs:", verdict.Findings.Where.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void Training_that_draws_weights_to_zero_is_told_from_an_input_that_is_not_used() =>
        Broken(SoundSetups.Classifier with { Optimizer = parameters => optim.SGD(parameters, learningRate: 0.1, weight_decay: 9), Evaluate = null }, "steps at a learning rate of 0.1: training has made them alike", "TG8006");

    [Fact]
    public void A_mean_over_the_batch_is_found_on_its_line()
    {
        Verdict verdict = Broken(Deaf.Setup(() => new MeanOfBatch()), "what is used of it is one for the whole batch", "TG6004");
        Assert.Equal(nameof(MeanOfBatch), verdict.Findings.Where!.Module);
        Assert.StartsWith("Deaf.cs:", verdict.Findings.Where.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_several_inputs_the_one_that_is_ignored_is_named()
    {
        Verdict verdict = Broken(SoundSetups.TwoInputs with { Model = () => new OneEar() }, "the outputs are the same with zeros in place of input 1");
        Assert.Equal("of input 1", Assert.Single(verdict.Findings.Claims[0].Readings, reading => reading.Value == 0).Culprit);
        Assert.Equal(nameof(OneEar), verdict.Findings.Where!.Module);
    }

    [Fact]
    public void Labels_that_belong_to_other_examples_are_told_from_a_fault_of_the_model() =>
        Broken(SoundSetups.Classifier with { Batch = () => SampleData.Blobs(32, 8, 4) is var (points, labels) ? (points, labels.index_select(0, randperm(32))) : default },
            "and nearest neighbours and a linear probe tell nothing");

    [Fact]
    public void Few_training_examples_shuffled_apart_do_not_pass()
    {
        // Accidental relations of 512 random labels are worth some per cent on four clusters: InputsMatchLabels names the fault.
        Verdict verdict = ShuffledApart.Setup().Judge(Check);
        Assert.True(verdict.Fails, verdict.ToString());
        Assert.Contains("by heart", verdict.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_a_few_examples_are_not_learnt_either_their_cause_is_given() => Broken(
        SoundSetups.Classifier with { Loss = (output, target) => nn.functional.cross_entropy(-output.abs().sum([1L], keepdim: true) + (0 * output), target) }, "16 examples alone are not learnt by heart either", at: ^1);

    [Fact]
    public void A_loss_that_explodes_is_broken() => Broken(SoundSetups.Regressor with { Optimizer = parameters => optim.SGD(parameters, 1e6) }, "the loss is ", "TG6009");

    [Fact]
    public void A_slow_training_needs_more_steps()
    {
        Verdict verdict = (SoundSetups.Classifier with { Optimizer = parameters => optim.Adam(parameters, 1e-3) }).Judge(new InputMatters(steps: 5));
        Assert.Equal(Outcome.Inconclusive, verdict.Outcome);
        Assert.Contains("try InputMatters(steps: 20)", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void One_class_alone_is_inconclusive() => Assert.Equal(
        Outcome.Inconclusive, (SoundSetups.Classifier with { Batch = () => (randn(32, 8), zeros(32, dtype: ScalarType.Int64)) }).Judge(Check).Outcome);

    private static Verdict Broken(Setup setup, string evidence, string? rule = null, Index at = default)
    {
        Verdict verdict = (setup with { Evaluate = null }).Judge(Check);
        verdict.MustBe(Outcome.Broken);
        Cause cause = verdict.Findings.Causes.ToArray()[at];
        Assert.True(cause.Evidence.Contains(evidence, StringComparison.Ordinal), verdict.ToString());
        Assert.Equal(rule, cause.Rule);
        return verdict;
    }
}

using TrainingGuards.Checks.Data;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace TrainingGuards.Tests.Checks.Data;

public sealed class TargetsAreValidTests
{
    private static readonly TargetsAreValid Check = new();

    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    public static TheoryData<string, int> SoundData => DataSets.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed)
    {
        Verdict verdict = SoundSetups.Of(name, seed).MustSatisfy(Check);
        Assert.Equal(verdict.Findings.Claims.Any(claim => claim.Quantity.StartsWith("distance of", StringComparison.Ordinal)) ? 2 : 1, verdict.Cost.Forwards);
    }

    [Theory]
    [MemberData(nameof(SoundData))]
    public void Holds_on_sound_data(string name, int seed)
    {
        Verdict verdict = DataSets.Named(name, seed).MustSatisfy(Check);
        Assert.True(verdict.Cost.Examples >= 200);
    }

    [Fact]
    public void Classes_counted_from_1_are_told()
    {
        Verdict verdict = Broken(OfTargets(y => y + 1), "they are counted from 1");
        Assert.StartsWith("in batch 0, example ", verdict.Findings.Claims.Single(claim => claim.Quantity == "class target").Worst.Culprit, StringComparison.Ordinal);
    }

    [Fact]
    public void More_classes_than_columns_are_told() => Broken(OfTargets(y => y * 3), "there are more classes than columns");

    [Fact]
    public void A_mark_for_no_class_is_told_from_a_class() => Broken(OfTargets(y => y.masked_fill(y.eq(2), -1)), "−1 marks no class");

    [Fact]
    public void The_example_is_named_by_its_batch()
    {
        Verdict verdict = Broken(OfTargets(y => y.index_fill(0, tensor(new long[] { 70 }), 9)), "more classes than columns");
        Assert.Equal("in batch 2, example 6", verdict.Findings.Claims.Single(claim => claim.Quantity == "class target").Worst.Culprit);
    }

    [Fact]
    public void A_batch_whose_targets_are_all_ignored_is_named() =>
        Broken(OfTargets(y => y.index_fill(0, arange(64, 96), -100)), "all targets of batch 2 are ignored");

    [Fact]
    public void A_class_that_the_loss_ignores_is_named() =>
        Broken(OfTargets(y => y) with { Loss = (output, target) => cross_entropy(output, target, ignore_index: 2) }, "the loss of class 2 alone is NaN");

    [Fact]
    public void A_class_of_weight_zero_is_ignored_too() =>
        Broken(OfTargets(y => y) with { Loss = (output, target) => cross_entropy(output, target, weight: tensor(new float[] { 1, 1, 0, 1 }, device: output.device)) }, "the loss of class 2 alone is NaN");

    [Fact]
    public void Fewer_targets_than_inputs_are_told()
    {
        Setup sound = OfTargets(y => y);
        Examples cut = Examples.From(() => sound.Training!.Epoch().Select((batch, at) => at == 3 ? batch with { Targets = batch.Targets[0].narrow(0, 1, 31) } : batch));
        Broken(sound with { Training = cut }, "batch 3 has 32 inputs and a target of shape [31]");
    }

    [Fact]
    public void Numbers_that_are_none_are_told() =>
        Broken(DataSets.WithTargets(DataSets.Named("numbers", 0), y => y.log()), "numbers that are not finite, the first in batch 0");

    [Theory]
    [InlineData(255, 0), InlineData(2, -1)]
    public void Binary_targets_that_are_not_0_and_1_are_told(double scale, double shift) =>
        Broken(DataSets.WithTargets(DataSets.Named("several labels", 0), y => (y * scale) + shift), "the loss is a binary cross-entropy");

    [Fact]
    public void An_ignored_token_is_noted_and_padding_is_not()
    {
        Setup ignoring = SoundSetups.Tokens with { Loss = (output, target) => cross_entropy(output.permute(0, 2, 1), target, ignore_index: 0) };
        Assert.Contains(ignoring.MustSatisfy(Check).Findings.Notes, note => note.StartsWith("the loss ignores class 0", StringComparison.Ordinal));
        Assert.Empty((ignoring with { PaddingIndex = 0 }).MustSatisfy(Check).Findings.Notes);
    }

    [Fact]
    public void Numbers_that_are_far_out_of_reach_are_told()
    {
        Verdict verdict = Broken(FarTargets, "the untrained outputs are of the size");
        Assert.StartsWith("standardise the targets", verdict.Findings.Causes[0].Remedy, StringComparison.Ordinal);
        Assert.Equal(20, verdict.Cost.Steps);
    }

    [Fact]
    public void A_mean_far_away_is_out_of_reach_too() =>
        Broken(SoundSetups.Regressor with { Batch = () => SampleData.Smooth(32) is var (x, y) ? (x, y + 20000) : default, Optimizer = parameters => optim.Adam(parameters, lr: 1e-3) }, "the targets have a mean of ");

    [Fact]
    public void A_model_that_begins_at_their_mean_and_scales_its_output_reaches_them() =>
        (FarTargets with { Model = () => new ScaledOutput(10000) }).MustSatisfy(Check);

    [Fact]
    public void A_loss_that_standardises_its_targets_is_not_judged() =>
        Assert.DoesNotContain((FarTargets with { Loss = (output, target) => mse_loss(output, target / 10000) }).MustSatisfy(Check).Findings.Claims, claim => claim.Quantity.StartsWith("distance of", StringComparison.Ordinal));

    [Fact]
    public void Steps_that_reach_them_are_noted() => Assert.Contains(
        (SoundSetups.Regressor with { Model = () => nn.Linear(4, 1), Batch = () => SampleData.Smooth(32) is var (x, y) ? (x, y + 20000) : default, Optimizer = parameters => optim.SGD(parameters, learningRate: 0.05), Evaluate = null }).MustSatisfy(Check).Findings.Notes,
        note => note.Contains("steps go", StringComparison.Ordinal));

    [Fact]
    public void Two_targets_are_judged_each_by_its_output() => Broken(
        SoundSetups.TwoOutputs with
        {
            Batch = () => SoundSetups.TwoOutputs.Batch!() is var batch ? new(batch.Inputs, (batch.Targets[0] + 1, batch.Targets[1])) : batch,
        },
        "they are counted from 1");

    private static Setup OfTargets(Func<Tensor, Tensor> change) =>
        DataSets.Seeded(() => DataSets.Classes(count => SampleData.Blobs(count, 8, 4) is var (x, y) ? (x, change(y)) : (x, y), 8, 4));

    private static Verdict Broken(Setup setup, string because)
    {
        Verdict verdict = setup.Judge(Check);
        verdict.MustBe(Outcome.Broken);
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(because, StringComparison.Ordinal), verdict.ToString());
        return verdict;
    }

    private static Setup FarTargets => SoundSetups.Regressor with { Batch = () => SampleData.Smooth(32) is var (x, y) ? (x, y * 10000) : default };

    private sealed class ScaledOutput : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> inner = new MlpRegressor();
        private readonly double scale;

        public ScaledOutput(double scale) : base(nameof(ScaledOutput))
        {
            this.scale = scale;
            RegisterComponents();
        }

        public override Tensor forward(Tensor x) => inner.call(x) * scale;
    }
}

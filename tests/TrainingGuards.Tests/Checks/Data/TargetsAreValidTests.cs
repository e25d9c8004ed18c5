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
        Assert.Equal(1, verdict.Cost.Forwards);
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
        Assert.True(verdict.Outcome == Outcome.Broken, verdict.ToString());
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(because, StringComparison.Ordinal), verdict.ToString());
        return verdict;
    }
}

using TrainingGuards.Checks.Data;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Data;

public sealed class LabelsAreBalancedTests
{
    private static readonly LabelsAreBalanced Check = new();

    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    public static TheoryData<string, int> SoundData => DataSets.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed) =>
        SoundSetups.Of(name, seed).Judge(Check).MustBe(Outcome.Holds, Outcome.NotApplicable);

    [Theory]
    [MemberData(nameof(SoundData))]
    public void Holds_on_sound_data(string name, int seed) =>
        DataSets.Named(name, seed).Judge(Check).MustBe(name is "tokens" or "numbers" ? Outcome.NotApplicable : Outcome.Holds);

    [Fact]
    public void Imbalance_is_noted_and_holds()
    {
        Verdict verdict = Of(600, y => (arange(600).remainder(60) < 1).to(ScalarType.Int64), 2).MustSatisfy(Check);
        Assert.Equal(
            [
                "of 2 classes of target the commonest is 0: always to predict it is right in 98.3 %; the labels' entropy is 12.2 % of that of equal classes",
                "class 0 has 59 times the examples of class 1: report the accuracy of each class, and compare with the majority",
            ],
            verdict.Findings.Notes);
    }

    [Fact]
    public void One_column_of_zeros_and_ones_is_two_classes() =>
        Assert.StartsWith("of 2 classes of target", Of(600, y => y.lt(2).to(ScalarType.Float32).unsqueeze(1), 1).MustSatisfy(Check).Findings.Notes[0], StringComparison.Ordinal);

    [Fact]
    public void A_single_class_is_told() => Broken(Of(600, y => y * 0 + 2, 4), "all 600 labels are 2: there is nothing to tell apart");

    [Fact]
    public void A_single_binary_label_is_told() => Broken(Of(600, y => zeros(600, 1), 1), "all 600 labels are 0: there is nothing to tell apart");

    [Fact]
    public void A_class_that_was_filtered_out_is_named()
    {
        Verdict verdict = Broken(Of(600, y => y.masked_fill(y.eq(2), 1), 4), "class 2 of target has no example");
        Assert.Equal("of class 2 of target", verdict.Findings.Claims[0].Worst.Culprit);
    }

    [Fact]
    public void A_class_of_one_example_is_named() =>
        Broken(Of(600, y => y.masked_fill(y.eq(1), 0).index_fill(0, tensor(new long[] { 77 }), 1), 4), "class 1 of target has at most one");

    [Fact]
    public void Classes_counted_from_1_are_told() => Broken(Of(600, y => y + 1, 5), "class 0 of target has no example and the 4 others have: classes are counted from 1");

    [Fact]
    public void More_columns_than_classes_are_told() => Broken(Of(600, y => y, 6), "the last layer has 6 columns for 4 classes");

    [Fact]
    public void Sorted_data_that_was_cut_is_told_by_the_declared_classes() =>
        Broken(Of(600, y => y.clamp(max: 2), 3), "class 3 of target at the end has no example", new LabelsAreBalanced(classes: 4));

    [Fact]
    public void A_label_that_no_example_has_is_named_by_its_column() =>
        Broken(DataSets.WithTargets(DataSets.Named("several labels", 0), y => cat([y.narrow(1, 0, 3), y.narrow(1, 3, 1) * 0, y.narrow(1, 4, 1)], 1)), "column 3 of target has no example");

    [Fact]
    public void A_picture_is_no_label()
    {
        Setup sound = DataSets.Named("rare binary features", 0);
        Assert.Equal("the targets are numbers, not classes", (sound with { Training = Examples.From(() => sound.Training!.Epoch().Select(batch => new Batch(batch.Inputs, batch.Inputs[0].clone()))) }).Judge(Check).Reason);
    }

    [Fact]
    public void Masks_are_counted_by_their_pixels()
    {
        Setup masks = DataSets.Named("blobs", 0) with
        {
            Model = () => nn.Conv2d(1, 3, 1),
            Training = Examples.From(zeros(8, 1, 4, 4), arange(128).reshape(8, 4, 4).remainder(2), 4),
        };
        Broken(masks, "the last layer has 3 columns for 2 classes");
        (masks with { Model = () => nn.Conv2d(1, 2, 1) }).MustSatisfy(Check);
    }

    private static Setup Of(long count, Func<Tensor, Tensor> labels, long outputs) => DataSets.Seeded(() =>
    {
        (Tensor x, Tensor y) = SampleData.Blobs(count, 8, 4);
        return DataSets.Named("blobs", 0) with { Model = () => nn.Linear(8, outputs), Training = Examples.From(x, labels(y), 32) };
    });

    private static Verdict Broken(Setup setup, string because, LabelsAreBalanced? check = null)
    {
        Verdict verdict = setup.Judge(check ?? Check);
        verdict.MustBe(Outcome.Broken);
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(because, StringComparison.Ordinal), verdict.ToString());
        return verdict;
    }
}

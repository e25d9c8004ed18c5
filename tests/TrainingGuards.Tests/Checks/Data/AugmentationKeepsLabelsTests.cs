using TrainingGuards.Checks.Data;
using TrainingGuards.Tests.Checks.Data.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Data;

public sealed class AugmentationKeepsLabelsTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 10)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Masks_that_are_mirrored_with_their_images_hold(int seed) => (Masked.Setup with { Seed = seed }).MustSatisfy(Of(Masked.Mirrored));

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Masks_that_are_turned_with_their_images_hold(int seed) => Assert.Equal(new Cost(0, 0, 0), (Masked.Setup with { Seed = seed }).MustSatisfy(Of(Masked.Turned)).Cost);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Classes_that_are_counted_from_the_other_side_hold(int seed)
    {
        SoundSetups.Of(nameof(SoundSetups.Classifier), seed).MustSatisfy(new AugmentationKeepsLabels(Mirror.Both, Mirror.Drawing));
        SoundSetups.Of(nameof(SoundSetups.ConvNet), seed).MustSatisfy(new AugmentationKeepsLabels(Mirror.Both, Mirror.Drawing));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Masks_that_stay_are_found(int seed) => Broken(
        Masked.ImageAlone, "in 8 of 8 draws the inputs change and the targets are left as they were (inputs are flipped along dimension 3)", "apply the same transform, with the same draw", seed);

    [Fact]
    public void The_place_is_the_augmentation()
    {
        Place where = Masked.Setup.Judge(Of(Masked.ImageAlone)).Findings.Where!;
        Assert.Equal("Masked.ImageAlone", where.Module);
        Assert.StartsWith("Masked.cs:", where.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_that_stay_are_found() => Broken(Masked.MaskAlone, "the targets change and the inputs are left as they were", "return the transformed inputs");

    [Fact]
    public void Another_dimension_is_found() => Broken(
        Masked.OtherDimension, "inputs and targets change in different ways (inputs are flipped along dimension 3)", "apply the same transform to both");

    [Fact]
    public void Two_draws_are_found() => Broken(Masked.DrawnTwice, "in the others they do not: each draws for itself", "draw once");

    [Fact]
    public void An_augmentation_that_does_nothing_proves_nothing()
    {
        Verdict verdict = Masked.Setup.Judge(Of(batch => batch));
        Assert.Equal(Outcome.Inconclusive, verdict.Outcome);
        Assert.Contains("draws of 8 that would show targets left where they were", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Empty_drawings_prove_nothing() =>
        Assert.Equal(Outcome.Inconclusive, Masked.Setup.Judge(new AugmentationKeepsLabels(Masked.Mirrored, batch => zeros_like(batch.Inputs[0]))).Outcome);

    [Fact]
    public void A_drawing_of_another_shape_is_refused() => Assert.Contains(
        "drawings of the inputs' shape",
        Assert.Throws<SetupException>(() => Masked.Setup.Judge(new AugmentationKeepsLabels(Masked.Mirrored, batch => batch.Targets))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void An_augmentation_that_throws_leaves_nothing_changed()
    {
        Tensor generator = get_rng_state();
        Assert.Throws<InvalidOperationException>(() => Masked.Setup.Judge(Of(_ => throw new InvalidOperationException())));
        Assert.True(generator.bytes.SequenceEqual(get_rng_state().bytes));
    }

    private static AugmentationKeepsLabels Of(Func<Batch, Batch> augment) => new(augment, Masked.Drawing);

    private static void Broken(Func<Batch, Batch> augment, string because, string remedy, int seed = 0)
    {
        Verdict verdict = (Masked.Setup with { Seed = seed }).Judge(Of(augment));
        verdict.MustBe(Outcome.Broken);
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(because, StringComparison.Ordinal), verdict.ToString());
        Assert.StartsWith(remedy, verdict.Findings.Causes[0].Remedy, StringComparison.Ordinal);
    }
}

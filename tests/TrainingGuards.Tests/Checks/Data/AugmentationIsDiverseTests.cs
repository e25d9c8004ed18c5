using TrainingGuards.Checks.Data;
using TrainingGuards.Tests.Checks.Data.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Data;

public sealed class AugmentationIsDiverseTests
{
    private static readonly AugmentationIsDiverse Check = new();

    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    public static TheoryData<string, int> SoundData => SoundExamples.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Without_sets_there_is_nothing_to_fetch(string name, int seed) => Assert.StartsWith(
        SoundSetups.Of(name, seed).Training is null ? "the setup gives no Training that can be read by index, and no Validation" : "nothing is random: 16 training examples",
        SoundSetups.Of(name, seed).Judge(Check).Reason,
        StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(SoundData))]
    public void Holds_on_sound_examples_that_are_augmented(string name, int seed)
    {
        Verdict verdict = SoundExamples.Of(name, seed).Judge(Check);
        verdict.MustBe(name == "Images" ? Outcome.Holds : Outcome.NotApplicable);
        if (name == "Images") Assert.Equal(2 * 64 + 4 + 48 + 2 * 144, verdict.Cost.Examples);
    }

    [Fact]
    public void Mirror_images_in_half_of_the_fetches_hold() => Augmented.Setup(Augmented.Mirrored).MustSatisfy(Check);

    [Fact]
    public void Augmented_validation_is_found() =>
        Broken(Augmented.Setup(Augmented.Mirrored, ImageData.Noise), "validation examples are not the same each time", "TG5008", "in validation example 0");

    [Fact]
    public void Augmented_validation_that_no_index_reads_is_found()
    {
        Setup setup = Augmented.Setup(Augmented.Mirrored, ImageData.Noise);
        Broken(setup with { Validation = Examples.From(() => setup.Validation!.Epoch()) }, "the labels of two validation epochs are the same in the same order, and the inputs are not", "TG5008", "of the epoch");
    }

    [Fact]
    public void Sets_that_are_swapped_are_named() =>
        Broken(Augmented.Setup(null, ImageData.Noise), "16 of 16 validation examples are not the same each time, and all training examples are: the two sets are swapped", "TG5008", "in validation example 0");

    [Fact]
    public void A_generator_that_is_seeded_at_each_fetch_is_found() =>
        Broken(Augmented.Setup(Augmented.Reseeded), "after fetching training example 0 torch's generator is in the same state", "TG5005", "after fetching training example 0");

    [Fact]
    public void A_generator_that_is_seeded_by_the_clock_is_found() =>
        Broken(Augmented.Setup(Augmented.ClockNoise()), "fetched twice in a row are the same both times, while 100 % of those fetched later are not", "TG5005", "");

    [Fact]
    public void Draws_that_an_epoch_begins_anew_are_found()
    {
        var random = new System.Random(1);
        (Tensor images, Tensor labels) = SampleData.Quarters(120);
        var data = new ImageData(images, labels, (image, _) => image + (0.1 * random.NextDouble()));
        // A loader of one worker whose data set is seeded when an epoch begins, without shuffling.
        Examples training = Examples.From(new TorchSharp.Modules.DataLoader(data, 24, device: CPU, shuffler: Seeding(() => random = new System.Random(7), 120)), batch => (batch["image"], batch["label"]));
        Broken(Augmented.Setup(null) with { Training = training }, "what draws is seeded when an epoch begins, or augmented examples are kept", "TG5005", "");
    }

    [Fact]
    public void Noise_that_is_always_the_same_is_found_where_augmentation_is_said()
    {
        Assert.Equal(Outcome.NotApplicable, Augmented.Setup(Augmented.FixedNoise).Judge(Check).Outcome);
        Broken(Augmented.Setup(Augmented.FixedNoise), "16 training examples are the same at each of four fetches", "TG5005", "", new(augmented: true));
    }

    [Fact]
    public void Augmentation_is_found_where_there_is_to_be_none()
    {
        Augmented.Setup(null).MustSatisfy(new AugmentationIsDiverse(augmented: false));
        Broken(Augmented.Setup(ImageData.Noise), "16 of 16 training examples change from fetch to fetch", null, "the first is 0", new(augmented: false));
    }

    [Fact]
    public void Validation_in_another_order_each_epoch_is_the_same()
    {
        Setup setup = Augmented.Setup(Augmented.Mirrored);
        (Tensor images, Tensor labels) = SampleData.Quarters(120);
        Examples shuffled = ImageData.Loaded(images, labels, shuffle: true);
        (setup with { Validation = Examples.From(() => shuffled.Epoch()) }).MustSatisfy(Check);
    }

    private static IEnumerable<long> Seeding(Action seed, int count)
    {
        seed();
        for (long i = 0; i < count; i++) yield return i;
    }

    private static void Broken(Setup setup, string because, string? rule, string culprit, AugmentationIsDiverse? check = null)
    {
        Verdict verdict = setup.Judge(check ?? Check);
        verdict.MustBe(Outcome.Broken);
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(because, StringComparison.Ordinal), verdict.ToString());
        Assert.Equal(rule, verdict.Findings.Causes[0].Rule);
        Assert.Equal(culprit, verdict.Findings.Claims.First(claim => !claim.Holds).Worst.Culprit);
    }
}

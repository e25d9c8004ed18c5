using TrainingGuards.Checks.Data;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Data;

public sealed class PreprocessingMatchesTests
{
    private static readonly PreprocessingMatches Check = new();

    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    public static TheoryData<string, int> SoundData => DataSets.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed) =>
        SoundSetups.Of(name, seed).Judge(Check).MustBe(Outcome.Holds, Outcome.NotApplicable);

    [Theory]
    [MemberData(nameof(SoundData))]
    public void Holds_on_sound_data(string name, int seed) =>
        DataSets.Named(name, seed).Judge(Check).MustBe(name == "tokens" ? Outcome.NotApplicable : Outcome.Holds);

    [Fact]
    public void Training_alone_divided_by_255_is_told() => Broken(Validation("channels last", x => x * 255), "one is divided by 255 and the other is not");

    [Fact]
    public void Validation_that_is_not_standardised_is_told() => Broken(Validation("standardised images", x => (x * 0.29) + 0.5), "training inputs are standardised, those of the validation set are not");

    [Fact]
    public void Training_that_is_not_standardised_is_told() => Broken(
        DataSets.WithInputs(DataSets.Named("standardised images", 0), x => (x * 0.29) + 0.5), "the validation inputs are standardised, those of training are not");

    [Fact]
    public void Channels_in_reverse_order_are_told() => Broken(
        DataSets.Seeded(() => DataSets.Classes(count => (rand(count, 3, 5, 5) + tensor(new[] { 0.1f, 0.4f, 0.8f }).reshape(3, 1, 1), randint(2, [count])), 75, 2)) is var sound
            ? sound with { Validation = DataSets.Changed(sound.Validation!, x => x.flip(1)) }
            : sound,
        "the means agree in the reverse order of the channels");

    [Fact]
    public void A_shift_of_one_column_is_named_in_the_test_set()
    {
        Setup sound = DataSets.Named("blobs", 0);
        Verdict verdict = Broken(
            sound with { Test = DataSets.Changed(sound.Validation!, x => cat([x.narrow(1, 0, 6), x.narrow(1, 6, 1) + 1.5, x.narrow(1, 7, 1)], 1)) },
            "in column 6 of input the training data has mean");
        Assert.Equal("in column 6 of input, test against training", verdict.Findings.Claims[0].Worst.Culprit);
    }

    [Fact]
    public void A_column_that_is_zero_in_validation_is_named() => Broken(Validation("blobs", x => cat([x.narrow(1, 0, 7), x.narrow(1, 7, 1) * 0], 1)), "in column 7 of input");

    [Fact]
    public void Another_shape_is_told() => Broken(Validation("standardised images", x => x.mean([1L], keepdim: true)), "training inputs have 3 channels of numbers, validation inputs 1");

    [Fact]
    public void A_little_noise_or_a_few_more_of_a_kind_are_no_difference()
    {
        Setup sound = DataSets.Named("standardised images", 0);
        DataSets.WithInputs(sound, x => (x * (0.9 + (0.2 * rand(x.shape[0], 1, 1, 1)))) + (0.3 * randn_like(x))).MustSatisfy(Check);
        Validation("standardised images", x => (x * 1.1) + 0.1).MustSatisfy(Check);
    }

    [Fact]
    public void Few_examples_are_inconclusive()
    {
        Setup sound = DataSets.Named("blobs", 0);
        Assert.Equal(Outcome.Inconclusive, (sound with { Validation = Examples.From(() => sound.Validation!.Epoch().Take(1).Select(batch => new Batch(batch.Inputs[0].narrow(0, 0, 8), batch.Targets[0].narrow(0, 0, 8)))) }).Judge(Check).Outcome);
    }

    private static Setup Validation(string name, Func<Tensor, Tensor> change)
    {
        Setup sound = DataSets.Named(name, 0);
        return sound with { Validation = DataSets.Changed(sound.Validation!, change) };
    }

    private static Verdict Broken(Setup setup, string because)
    {
        Verdict verdict = setup.Judge(Check);
        verdict.MustBe(Outcome.Broken);
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(because, StringComparison.Ordinal), verdict.ToString());
        return verdict;
    }
}

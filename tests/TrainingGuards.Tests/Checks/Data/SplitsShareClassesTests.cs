using TrainingGuards.Checks.Data;
using TrainingGuards.Tests.Checks.Data.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Data;

public sealed class SplitsShareClassesTests
{
    private static readonly SplitsShareClasses Check = new();

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
    public void Data_that_is_sorted_and_cut_is_told() =>
        Broken(SplitByClass.Cut, "training has classes 0 to 2 and validation class 3: examples that lie in the order of their classes were cut, not drawn", "of class 3 of target, in training");

    [Fact]
    public void Classes_from_the_end_are_told_too() =>
        Broken(SplitByClass.Cut with { Training = SplitByClass.Cut.Validation, Validation = SplitByClass.Cut.Training }, "training has class 3 and validation classes 0 to 2", "of class 3 of target, in validation");

    [Fact]
    public void A_class_that_training_never_sees_is_named() =>
        Broken(SplitByClass.Without(2, training: true), "class 2 of target (50 examples) is in validation and never in training: no training learns it", "of class 2 of target, in training");

    [Fact]
    public void A_class_that_validation_never_sees_is_named() =>
        Broken(SplitByClass.Without(1, training: false), "class 1 of target (150 examples) is in training and never in validation: what is measured there says nothing of it", "of class 1 of target, in validation");

    [Fact]
    public void A_test_set_is_compared_as_well()
    {
        Setup setup = SplitByClass.Without(1, training: false);
        Broken(setup with { Test = setup.Validation, Validation = null }, "never in test", "of class 1 of target, in test");
    }

    [Fact]
    public void A_label_that_nothing_in_validation_has_is_named_by_its_column()
    {
        Setup sound = DataSets.Named("several labels", 0);
        Examples validation = sound.Validation!;
        Broken(sound with { Validation = Examples.From(() => validation.Epoch().Select(batch => batch with { Targets = batch.Targets[0] * tensor(new float[] { 1, 1, 1, 0, 1 }) })) }, "1 in column 3 of target", "of 1 in column 3 of target, in validation");
    }

    [Fact]
    public void A_rare_class_may_be_missing() => SplitByClass.Of(i => i < 600 ? (i % 200 == 7 ? 3 : i % 3) : i % 3).MustSatisfy(Check);

    [Fact]
    public void Shares_may_differ() => SplitByClass.Of(i => i < 600 ? i % 4 : (i % 20 == 0 ? i / 20 % 3 : 3)).MustSatisfy(Check);

    [Fact]
    public void Sets_that_are_small_say_so()
    {
        Setup small = SplitByClass.Without(2, training: false);
        Assert.Contains("too few to tell", (small with { Validation = Examples.From(() => small.Validation!.Epoch().Take(1)) }).Judge(Check).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Masks_do_not_concern_it() => Assert.Contains("masks", (DataSets.Named("blobs", 0) with
    {
        Model = () => nn.Conv2d(1, 3, 1),
        Training = Examples.From(zeros(8, 1, 4, 4), arange(128).reshape(8, 4, 4).remainder(2), 4),
        Validation = Examples.From(zeros(8, 1, 4, 4), zeros(8, 4, 4, ScalarType.Int64), 4),
    }).Judge(Check).Reason, StringComparison.Ordinal);

    [Fact]
    public void Without_a_second_set_it_says_what_to_set() => Assert.Equal(
        "the setup gives no Validation and no Test; set Validation = Examples.From(…)",
        (DataSets.Named("blobs", 0) with { Validation = null }).Judge(Check).Reason);

    private static void Broken(Setup setup, string because, string where)
    {
        Verdict verdict = setup.Judge(Check);
        verdict.MustBe(Outcome.Broken);
        Assert.Contains(because, verdict.Findings.Causes[0].Evidence, StringComparison.Ordinal);
        Assert.Equal(where, verdict.Findings.Claims[0].Worst.Culprit);
    }
}

using TrainingGuards.Checks.Data;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Data;

public sealed class SplitsAreDisjointTests
{
    private static readonly SplitsAreDisjoint Check = new();

    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    public static TheoryData<string, int> SoundData => DataSets.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed) =>
        SoundSetups.Of(name, seed).Judge(Check).MustBe(Outcome.Holds, Outcome.NotApplicable);

    [Theory]
    [MemberData(nameof(SoundData))]
    public void Holds_on_sound_data(string name, int seed) =>
        DataSets.Named(name, seed).Judge(Check).MustBe(name == "augmented out of sight" ? Outcome.NotApplicable : Outcome.Holds);

    [Fact]
    public void One_set_in_both_places_is_told() =>
        Broken(DataSets.Named("blobs", 0) is var sound ? sound with { Validation = sound.Training } : sound, "the validation set is the training data");

    [Fact]
    public void A_set_that_is_not_taken_out_is_told() => Broken(Split(0, 600, 400, 600), "all validation examples are in the training data");

    [Fact]
    public void Ranges_that_overlap_are_told()
    {
        Verdict verdict = Broken(Split(0, 500, 480, 600), "20 of 120 validation examples lie one behind the other in the training data");
        Assert.StartsWith("in both: validation example 0 = training example 480, validation example 1 = training example 481", verdict.Findings.Notes[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Sets_that_are_drawn_each_by_itself_are_told()
    {
        Setup drawn = DataSets.Seeded(() =>
        {
            (Tensor x, Tensor y) = SampleData.Blobs(600, 8, 4);
            Examples Part(long count) => randperm(600).narrow(0, 0, count) is var at ? Examples.From(x.index_select(0, at), y.index_select(0, at), 32, shuffled: true) : null!;
            return DataSets.Named("blobs", 0) with { Training = Part(480), Validation = null, Test = Part(120) };
        });
        Verdict verdict = Broken(drawn, "test examples are spread over the training data");
        Assert.InRange(verdict.Findings.Claims[0].Worst.Value, 0.7, 0.9);
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7), InlineData(8), InlineData(9)]
    public void Plain_examples_may_be_in_both_as_often_as_in_one(int seed) => Plain(seed, overlap: 0).MustSatisfy(Check);

    [Theory]
    [InlineData(0), InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7), InlineData(8), InlineData(9)]
    public void A_few_plain_examples_are_known_for_plain_by_the_held_out_ones(int seed) => Plain(seed, overlap: 0, count: 25).MustSatisfy(Check);

    [Fact]
    public void Plain_examples_in_both_more_often_than_in_one_are_told() => Broken(Plain(0, overlap: 90), "are there again, and so many would be by chance");

    [Fact]
    public void Plain_training_data_without_copies_says_nothing_of_chance()
    {
        Setup each = Tokens(arange(64).unsqueeze(1).div(tensor(new long[] { 1, 4, 16 }), RoundingMode.floor).remainder(4).to(ScalarType.Int64));
        (each with { Validation = Plain(0, overlap: 0).Validation }).MustSatisfy(Check);
    }

    [Fact]
    public void One_example_of_two_hundred_is_too_many() => Broken(Split(0, 401, 400, 600), "1 of 200 validation examples");

    [Fact]
    public void Other_targets_do_not_hide_an_example() => Broken(DataSets.WithTargets(Split(0, 600, 400, 600), y => y * 0), "all validation examples are in the training data");

    [Fact]
    public void A_group_in_both_sets_is_told()
    {
        Setup sound = Split(0, 400, 400, 600);
        var groups = new SplitsAreDisjoint(groups: batch => (batch.Inputs[0].select(1, 0) * 1e6).to(ScalarType.Int64).remainder(50));
        Broken(sound, "50 groups of the validation set are in the training data, group 0 the first", groups);
        (sound with { Training = Where(sound.Training!, 1), Validation = Where(sound.Validation!, -1) }).MustSatisfy(new SplitsAreDisjoint(groups: batch => batch.Inputs[0].select(1, 0).sign().to(ScalarType.Int64)));
        DataSets.AugmentedOutOfSight(sound).Judge(groups).MustBe(Outcome.Broken);
        Broken(DataSets.Augmented(sound), "50 groups of the validation set are in the training data, group 0 the first", groups);
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7), InlineData(8), InlineData(9)]
    public void Augmented_examples_are_known_again_as_they_are_stored(int seed)
    {
        Setup overlap = DataSets.Augmented(Split(0, 500, 480, 600)) with { Seed = seed };
        Broken(overlap, "20 of 120 validation examples lie one behind the other in the training data");
        Broken(overlap with { Test = overlap.Validation!.Augmented(batch => new(-batch.Inputs[0], batch.Targets)), Validation = null }, "20 of 120 test examples lie one behind the other");
    }

    [Fact]
    public void Augmented_examples_do_not_concern_it_unless_it_is_said_how_they_are_stored()
    {
        Setup overlap = Split(0, 500, 480, 600), augmented = DataSets.AugmentedOutOfSight(overlap);
        Assert.EndsWith(
            "say how they are stored: Training = plain.Augmented(augment), or Training = examples.StoredAs(plain) where a DataLoader augments; or give groups",
            augmented.Judge(Check).MustBe(Outcome.NotApplicable).Reason,
            StringComparison.Ordinal);
        Broken(augmented with { Training = augmented.Training!.StoredAs(overlap.Training!) }, "20 of 120 validation examples");
        Assert.Contains(
            "what Training has as Plain is not as it is stored",
            (augmented with { Training = overlap.Training!.StoredAs(augmented.Training) }).Judge(Check).MustBe(Outcome.NotApplicable).Reason,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_second_set_it_says_what_to_set() => Assert.Equal(
        "the setup gives no Validation and no Test; set Validation = Examples.From(…)",
        (DataSets.Named("blobs", 0) with { Validation = null }).Judge(Check).Reason);

    // Six tokens, mostly 0: half of the examples have a copy.
    private static Setup Plain(int seed, long overlap, long count = 400) => DataSets.Seeded(() =>
    {
        manual_seed(seed);
        Tensor tokens = rand(520, 6).pow(3).mul(8).floor().to(ScalarType.Int64);
        Setup training = Tokens(tokens.narrow(0, 0, count));
        return training with { Validation = Tokens(tokens.narrow(0, 400 - overlap, 120)).Training };
    });

    private static Setup Tokens(Tensor tokens) => DataSets.Named("blobs", 0) with { Model = () => nn.Embedding(8, 4), Training = Examples.From(tokens, zeros(tokens.shape[0], dtype: ScalarType.Int64), 32), Validation = null };

    private static Examples Where(Examples examples, double sign) => Examples.From(() => examples.Epoch().Select(batch => new Batch(batch.Inputs[0].abs() * sign, batch.Targets)));

    private static Setup Split(long from, long to, long validationFrom, long validationTo) => DataSets.Seeded(() =>
    {
        (Tensor x, Tensor y) = SampleData.Blobs(600, 8, 4);
        Examples Part(long first, long last) => Examples.From(x.narrow(0, first, last - first), y.narrow(0, first, last - first), 32);
        return DataSets.Named("blobs", 0) with { Training = Part(from, to), Validation = Part(validationFrom, validationTo) };
    });

    private static Verdict Broken(Setup setup, string because, SplitsAreDisjoint? check = null)
    {
        Verdict verdict = setup.Judge(check ?? Check);
        verdict.MustBe(Outcome.Broken);
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(because, StringComparison.Ordinal), verdict.ToString());
        return verdict;
    }
}

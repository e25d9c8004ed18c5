using TrainingGuards.Checks.Data;
using TrainingGuards.Decoding;
using TrainingGuards.Tests.Checks.Data.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Data;

public sealed class LabelsAgreeWithNeighboursTests
{
    private static readonly LabelsAgreeWithNeighbours Check = new();

    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    public static TheoryData<string, int> SoundData => DataSets.EverySeed;

    public static TheoryData<double, int> Spreads
    {
        get
        {
            var spreads = new TheoryData<double, int>();
            foreach (double spread in new[] { 0.3, 1, 2 })
                for (int seed = 0; seed < 5; seed++) spreads.Add(spread, seed);
            return spreads;
        }
    }

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed) =>
        SoundSetups.Of(name, seed).Judge(Check).MustBe(Outcome.Holds, Outcome.NotApplicable);

    [Theory]
    [MemberData(nameof(SoundData))]
    public void Holds_on_sound_data(string name, int seed) =>
        DataSets.Named(name, seed).Judge(Check).MustBe(name is "blobs" or "read in batches" or "augmented" or "augmented out of sight" ? Outcome.Holds : Outcome.NotApplicable);

    [Theory]
    [MemberData(nameof(Spreads))]
    public void Classes_may_overlap(double spread, int seed) =>
        WrongLabels.Of(y => y, spread, seed).Judge(Check).MustBe(Outcome.Holds, Outcome.NotApplicable);

    [Fact]
    public void The_difference_is_of_the_size_of_its_standard_error()
    {
        double[] z = [.. Enumerable.Range(0, 60).Select(seed => Difference(WrongLabels.Of(y => y, spread: 0.5 + (0.5 * (seed % 4)), seed)))];
        double mean = z.Average();
        Assert.InRange(mean, -0.5, 0.5);
        Assert.InRange(Math.Sqrt(z.Average(one => (one - mean) * (one - mean))), 0.5, 1.25);
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7), InlineData(8), InlineData(9)]
    public void Labels_of_other_examples_are_told(int seed) => Broken(WrongLabels.InPart(0.4, seed), "of the training labels are wrong");

    [Theory]
    [InlineData(0), InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7), InlineData(8), InlineData(9)]
    public void As_many_as_public_data_has_are_borne(int seed) => WrongLabels.InPart(0.05, seed).MustSatisfy(Check);

    [Fact]
    public void A_class_that_goes_by_anothers_name_is_named() => Broken(WrongLabels.OneForAnother, "are labelled 0 among examples of 1", new(noise: 0.05));

    [Fact]
    public void Examples_are_named()
    {
        Verdict verdict = Broken(WrongLabels.InPart(0.4), "of the training labels are wrong");
        Assert.Matches(@"^the clearest: training example \d+ is labelled \d among examples of \d, training", verdict.Findings.Notes[0]);
    }

    [Fact]
    public void Noise_that_is_known_is_allowed() => WrongLabels.InPart(0.4).MustSatisfy(new LabelsAgreeWithNeighbours(noise: 0.5));

    [Fact]
    public void Other_shares_of_the_classes_are_no_noise()
    {
        Setup sound = WrongLabels.Of(y => y, spread: 1);
        Examples validation = sound.Validation!;
        Examples mostly = Examples.From(() => validation.Epoch().Select(batch =>
        {
            Tensor kept = batch.Targets[0].lt(2).logical_or(rand(batch.Size).lt(0.2)).nonzero().flatten();
            return new Batch(batch.Inputs[0].index_select(0, kept), batch.Targets[0].index_select(0, kept));
        }));
        Verdict verdict = (sound with { Validation = mostly, Training = sound.Training }).Judge(Check);
        verdict.MustBe(Outcome.Holds, Outcome.NotApplicable);
    }

    [Fact]
    public void Copies_say_nothing_of_each_other()
    {
        Setup wrong = WrongLabels.InPart(0.4);
        Broken(wrong with { Training = Examples.From(() => wrong.Training!.Epoch().Concat(wrong.Training.Epoch().Take(4))) }, "of the training labels are wrong");
    }

    [Fact]
    public void Augmented_examples_do_not_concern_it_unless_it_is_said_how_they_are_stored()
    {
        Setup plain = WrongLabels.InPart(0.4), augmented = DataSets.AugmentedOutOfSight(plain);
        Assert.Contains("they are augmented, and agree less for that; say how they are stored: Training = plain.Augmented(augment)", augmented.Judge(Check).MustBe(Outcome.NotApplicable).Reason, StringComparison.Ordinal);
        Broken(augmented with { Training = augmented.Training!.StoredAs(plain.Training!) }, "of the training labels are wrong");
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7), InlineData(8), InlineData(9)]
    public void Labels_of_other_examples_are_told_where_examples_are_augmented(int seed) => Broken(Far(WrongLabels.InPart(0.4, seed)), "of the training labels are wrong");

    [Theory]
    [InlineData(0), InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7), InlineData(8), InlineData(9)]
    public void Examples_that_are_augmented_far_away_are_as_right_as_they_are_stored(int seed)
    {
        Setup sound = WrongLabels.InPart(0, seed);
        Far(sound).MustSatisfy(Check);
        // The same, read as training reads them, lie elsewhere than validation.
        Examples far = Far(sound).Training!;
        (sound with { Training = Examples.From(far.Epoch) }).Judge(Check).MustBe(Outcome.NotApplicable);
    }

    [Fact]
    public void Labels_that_inputs_say_nothing_of_do_not_concern_it() =>
        Assert.Contains("too little to tell wrong labels by", DataSets.Named("heavy tails", 0).Judge(Check).Reason, StringComparison.Ordinal);

    [Fact]
    public void Inputs_that_are_all_the_same_do_not_concern_it() =>
        Assert.Equal(Outcome.NotApplicable, DataSets.WithInputs(WrongLabels.InPart(0), all => zeros_like(all)).Judge(Check).Outcome);

    [Fact]
    public void One_class_alone_does_not_concern_it() =>
        Assert.Contains("not one of several classes", DataSets.WithTargets(WrongLabels.InPart(0), all => zeros_like(all)).Judge(Check).Reason, StringComparison.Ordinal);

    [Fact]
    public void Numbers_do_not_concern_it() =>
        Assert.Contains("not one of several classes", DataSets.Named("numbers", 0).Judge(Check).Reason, StringComparison.Ordinal);

    [Fact]
    public void A_few_examples_tell_nothing()
    {
        Setup sound = WrongLabels.InPart(0);
        Assert.Contains("validation 96", (sound with { Validation = Examples.From(() => sound.Validation!.Epoch().Take(3)) }).Judge(Check).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_share_above_1_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new LabelsAgreeWithNeighbours(noise: 1));

    [Fact]
    public void Without_validation_it_says_what_to_set() => Assert.Equal(
        "the setup gives no Validation; set Validation = Examples.From(…)",
        (DataSets.Named("blobs", 0) with { Validation = null }).Judge(Check).Reason);

    private static Setup Far(Setup setup) => setup with { Training = setup.Training!.Augmented(batch => new(batch.Inputs[0] + (3 * randn_like(batch.Inputs[0])), batch.Targets)) };

    private static double Difference(Setup setup)
    {
        using LabelledInputs training = LabelledInputs.Of(setup.Training!.Epoch(), 300), validation = LabelledInputs.Of(setup.Validation!.Epoch(), 200), both = LabelledInputs.Joined(training, validation);
        using var scope = NewDisposeScope();
        LabelNoise noise = LabelNoise.Of(new Neighbourhood(both.Features(), training.Count).Votes(both.Labels[0].Values))!;
        return noise.Difference / noise.Error;
    }

    private static Verdict Broken(Setup setup, string because, LabelsAgreeWithNeighbours? check = null)
    {
        Verdict verdict = setup.Judge(check ?? Check);
        verdict.MustBe(Outcome.Broken);
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(because, StringComparison.Ordinal), verdict.ToString());
        return verdict;
    }
}

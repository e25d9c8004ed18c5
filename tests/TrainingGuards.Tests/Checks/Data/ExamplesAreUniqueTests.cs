using System.Diagnostics;
using TrainingGuards.Checks.Data;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Data;

public sealed class ExamplesAreUniqueTests
{
    private static readonly ExamplesAreUnique Check = new();

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
    public void A_file_that_is_read_twice_is_told_by_its_period()
    {
        Verdict verdict = Broken(Of(x => cat([x, x], 0)), "from position 600 on the examples come again in the same order (100 % of them)");
        Assert.Equal("copies: example 0 = example 600, example 1 = example 601 and example 2 = example 602", verdict.Findings.Notes[0]);
    }

    [Fact]
    public void A_batch_that_comes_again_and_again_is_told_by_its_period() => Broken(
        DataSets.Named("blobs", 0) is var sound ? sound with { Training = Examples.From(() => Enumerable.Repeat(sound.Training!.Epoch().First(), 20).Select(_ => Fresh())) } : sound,
        "from position 32 on");

    [Fact]
    public void Blank_examples_are_told()
    {
        Verdict verdict = Broken(Of(x => x.index_fill(0, arange(100, 140), 0)), "100 % of the copies are blank");
        Assert.StartsWith("copies: example 100 = example 101", verdict.Findings.Notes[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Copies_are_found_wherever_they_are_and_named_by_index()
    {
        Verdict verdict = Broken(Of(x => x.index_copy(0, arange(500, 512), x.index_select(0, arange(12) * 7)), shuffled: true), "12 of 600 examples are copies");
        Assert.Matches(@"example \d+ = example 5\d\d", verdict.Findings.Notes[0]);
    }

    [Fact]
    public void Copies_with_other_targets_give_the_floor_of_the_error()
    {
        Verdict verdict = Broken(Of(x => x.index_copy(0, arange(500, 540), x.index_select(0, arange(40))), y => y.index_copy(0, arange(500, 540), (y.index_select(0, arange(40)) + 1).remainder(4))), "40 of 600 examples are copies");
        Assert.StartsWith("6.67 % of the examples have another target than most of their copies", verdict.Findings.Causes[1].Evidence, StringComparison.Ordinal);
        Assert.Contains("no model can be right in more than 93.3 % of the examples: copies have different targets", verdict.Findings.Notes);
    }

    [Fact]
    public void A_shuffled_loader_is_read_by_index_to_name_copies()
    {
        Setup Loaded(bool twice, bool augmented) => DataSets.Seeded(() =>
        {
            (Tensor x, Tensor y) = SampleData.Blobs(200, 8, 4);
            return DataSets.Named("blobs", 0) with { Training = new PointsDataset(twice ? x.index_copy(0, arange(150, 154), x.index_select(0, arange(4))) : x, y, augmented).Loaded() };
        });
        Assert.Equal(Outcome.Holds, Loaded(twice: false, augmented: false).Judge(Check).Outcome);
        Assert.Matches(@"example [0-3] = example 15[0-3]", Broken(Loaded(twice: true, augmented: false), "4 of 200 examples are copies").Findings.Notes[0]);
        Setup noisy = Loaded(twice: true, augmented: true);
        string? reason = noisy.Judge(Check).MustBe(Outcome.NotApplicable).Reason;
        Assert.StartsWith("100 % of the examples differ when they are read again", reason, StringComparison.Ordinal);
        Assert.EndsWith("say how they are stored: Training = plain.Augmented(augment), or Training = examples.StoredAs(plain) where a DataLoader augments", reason, StringComparison.Ordinal);
        Examples stored = Loaded(twice: true, augmented: false).Training!;
        Assert.Matches(@"example [0-3] = example 15[0-3]", Broken(noisy with { Training = noisy.Training!.StoredAs(stored) }, "4 of 200 examples are copies").Findings.Notes[0]);
        Assert.Equal(Outcome.Holds, (noisy with { Training = noisy.Training!.StoredAs(Loaded(twice: false, augmented: false).Training!) }).Judge(Check).Outcome);
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7), InlineData(8), InlineData(9)]
    public void Copies_are_found_in_examples_that_are_augmented(int seed)
    {
        Verdict verdict = Broken(DataSets.Augmented(Of(x => x.index_copy(0, arange(500, 512), x.index_select(0, arange(12) * 7)), shuffled: true)) with { Seed = seed }, "12 of 600 examples are copies");
        Assert.Matches(@"example \d+ = example 5\d\d", verdict.Findings.Notes[0]);
    }

    [Fact]
    public void A_few_copies_are_noted()
    {
        Verdict verdict = Of(x => x.index_copy(0, arange(500, 503), x.index_select(0, arange(3))), y => y.index_copy(0, arange(500, 503), y.index_select(0, arange(3)))).MustSatisfy(Check);
        Assert.Equal("copies: example 0 = example 500, example 1 = example 501 and example 2 = example 502", verdict.Findings.Notes[0]);
    }

    [Fact]
    public void Plain_rows_agree_by_chance()
    {
        Verdict verdict = DataSets.Named("rare binary features", 0).MustSatisfy(Check);
        Assert.True(verdict.Findings.Claims[0].Worst.Value > 0.5);
        Assert.Contains(verdict.Findings.Notes, note => note.EndsWith("copies are expected by chance", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(ScalarType.Float64), InlineData(ScalarType.Float16), InlineData(ScalarType.Byte), InlineData(ScalarType.Int32), InlineData(ScalarType.Bool)]
    public void Numbers_of_every_type_are_told_apart(ScalarType type)
    {
        Setup Images(bool twice) => DataSets.Seeded(() => DataSets.Classes(count => ((rand(count, 3, 8, 8) * (type == ScalarType.Bool ? 1.99 : 250)).to(ScalarType.Int32).to(type) is var x && twice ? x.index_copy(0, arange(count / 2, count), x.narrow(0, 0, count / 2)) : x, randint(3, [count])), 192, 3));
        Assert.Equal(Outcome.Holds, Images(twice: false).Judge(Check).Outcome);
        Assert.Equal(Outcome.Broken, (Images(twice: true) with { Validation = null }).Judge(Check).Outcome);
    }

    [Theory]
    [InlineData(1e-9), InlineData(1e9)]
    public void Numbers_of_every_size_are_told_apart(double scale) => Of(x => x * scale).MustSatisfy(Check);

    [Fact]
    public void Examples_that_differ_in_one_bit_are_different() => Of(x => cat([x, x * (1 + 1.2e-7)], 0)).MustSatisfy(Check);

    [Fact]
    public void Padding_is_no_part_of_an_example()
    {
        Tensor tokens = DataSets.Seeded(() => new Setup { Device = CPU, Batch = () => (randint(1, 50, [64, 10]), zeros(64)) }).Batch!().Inputs[0];
        Examples padded = Examples.From(() => new[] { 0L, 5L }.Select(more => new Batch(cat([tokens, zeros(64, more, dtype: ScalarType.Int64)], 1), zeros(64, dtype: ScalarType.Int64))));
        Setup setup = SoundSetups.Tokens with { Batch = null, Training = padded };
        Assert.Equal(Outcome.Holds, setup.Judge(Check).Outcome);
        Assert.Equal(Outcome.Broken, (setup with { PaddingIndex = 0 }).Judge(Check).Outcome);
    }

    [Fact]
    public void Sixty_thousand_images_take_seconds()
    {
        Setup setup = DataSets.Seeded(() => DataSets.Classes(_ => (rand(60_000, 1, 28, 28), zeros(60_000, dtype: ScalarType.Int64)), 784, 2));
        long start = Stopwatch.GetTimestamp();
        Verdict verdict = setup.MustSatisfy(Check);
        Assert.True(verdict.Cost.Examples is >= 60_000 and < 60_100, verdict.ToString());
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(60), $"It took {Stopwatch.GetElapsedTime(start)}.");
    }

    private static Batch Fresh()
    {
        (Tensor x, Tensor y) = SampleData.Held(() => SampleData.Blobs(32, 8, 4));
        return (x, y);
    }

    private static Setup Of(Func<Tensor, Tensor> inputs, Func<Tensor, Tensor>? targets = null, bool shuffled = false) => DataSets.Seeded(() =>
    {
        (Tensor x, Tensor y) = SampleData.Blobs(600, 8, 4);
        Tensor changed = inputs(x), labels = targets?.Invoke(y) ?? (changed.shape[0] == 600 ? y : cat([y, y], 0));
        return DataSets.Named("blobs", 0) with { Training = Examples.From(changed, labels, 32, shuffled) };
    });

    private static Verdict Broken(Setup setup, string because)
    {
        Verdict verdict = setup.Judge(Check);
        verdict.MustBe(Outcome.Broken);
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(because, StringComparison.Ordinal), verdict.ToString());
        return verdict;
    }
}

using TorchSharp;
using TrainingGuards.Checks.Data;
using TrainingGuards.Tests.Checks.Data.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Data;

public sealed class BatchesAreShuffledTests
{
    private static readonly BatchesAreShuffled Check = new();

    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    public static TheoryData<string, int> SoundData => SoundExamples.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Batches_that_are_drawn_hold(string name, int seed) => Holds(SoundSetups.Of(name, seed));

    [Theory]
    [MemberData(nameof(SoundData))]
    public void Holds_on_sound_examples(string name, int seed)
    {
        Setup setup = SoundExamples.Of(name, seed);
        Assert.Equal(2 * (name is "Images" or "TwoInputs" ? 360 : 480), Holds(setup).Cost.Examples);
    }

    [Fact]
    public void Examples_sorted_by_label_are_found()
    {
        Verdict verdict = Broken(Unshuffled.Setup, "the epoch begins with the examples 0 to 15 of the data set: it is not shuffled", "TG5001");
        Assert.True(verdict.Findings.Claims[0].Worst.Value > 20, verdict.ToString());
        Assert.Contains("in target, the first is batch 0", verdict.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_loader_without_shuffle_is_found_though_its_labels_are_mixed()
    {
        (Tensor images, Tensor labels) = SampleData.Quarters(240);
        Verdict verdict = Broken(With(ImageData.Loaded(images, labels, shuffle: false)), "the epoch begins with the examples 0 to 15", "TG5001");
        Assert.Equal(1, verdict.Findings.Claims.Count(claim => !claim.Holds));
    }

    [Fact]
    public void An_order_that_is_shuffled_once_is_found()
    {
        (Tensor images, Tensor labels) = SampleData.Quarters(240);
        Broken(With(ImageData.Loaded(images, labels, shuffle: true, seed: 5)), "they were shuffled once, or by a generator that is seeded for each epoch", "TG5002");
    }

    [Fact]
    public void An_order_that_repeats_is_known_by_its_labels_after_augmentation()
    {
        (Tensor images, Tensor labels) = SampleData.Quarters(240);
        Verdict verdict = Broken(With(ImageData.Loaded(images, labels, shuffle: true, ImageData.Noise, seed: 5)), "in the same order", "TG5002");
        Assert.Contains("labels (target; no input is seen twice)", verdict.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_buffer_too_small_for_sorted_examples_is_found()
    {
        (Tensor inputs, Tensor labels) = Sorted(640);
        var sorted = new Batch(inputs, labels);
        Broken(With(Examples.From(() => InBatches(Enumerable.Range(0, 10).SelectMany(part => Shuffled(64).Select(i => (64 * part) + i)).ToArray(), sorted, 32))), "too few examples at a time", "TG5001");
    }

    [Fact]
    public void Batches_of_one_class_in_a_random_order_are_found()
    {
        (Tensor inputs, Tensor labels) = Sorted(640);
        var sorted = new Batch(inputs, labels);
        Verdict verdict = Broken(With(Examples.From(() => InBatches([.. Shuffled(20).SelectMany(k => Enumerable.Range(0, 32).Select(i => (32 * k) + i))], sorted, 32))), "what is shuffled are parts of the data", "TG5001");
        Assert.Contains("batches of one label, of 20 = 20", verdict.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_that_are_sorted_are_found()
    {
        (Tensor inputs, Tensor values) = SampleData.Smooth(640);
        Tensor order = values.flatten().argsort();
        var sorted = new Batch(inputs.index_select(0, order), values.index_select(0, order));
        Broken(With(Examples.From(() => InBatches([.. Enumerable.Range(0, 640).Select(i => (i + 64) % 640)], sorted, 32))), "neighbouring values of target come together", "TG5001");
    }

    [Fact]
    public void One_batch_that_is_yielded_again_and_again_is_found()
    {
        (Tensor inputs, Tensor labels) = SampleData.Blobs(32, 8, 4);
        Broken(With(Examples.From(() => Enumerable.Repeat((Batch)(inputs, labels), 10))), "batch 1 has the 32 examples of batch 0, in the same order", null);
    }

    [Theory]
    [InlineData(0.05), InlineData(0.01), InlineData(0.001)]
    public void Rare_classes_hold(double share)
    {
        for (int seed = 0; seed < 10; seed++)
        {
            manual_seed(seed);
            Tensor labels = rand(3000).lt(share).to(ScalarType.Int64);
            Holds(With(Examples.From(randn(3000, 8), labels, 32, shuffled: true)) with { Seed = seed });
        }
    }

    [Fact]
    public void Many_classes_hold()
    {
        manual_seed(1);
        Holds(With(Examples.From(randn(3000, 8), randint(1000, [3000], dtype: ScalarType.Int64), 16, shuffled: true)));
    }

    [Fact]
    public void Many_classes_in_order_are_found()
    {
        manual_seed(1);
        Tensor labels = arange(3000).div(3, RoundingMode.floor).to(ScalarType.Int64);
        Assert.True(With(Examples.From(randn(3000, 8), labels, 16)).Judge(Check).Findings.Claims[0].Worst.Value > 20);
    }

    [Fact]
    public void Balanced_batches_are_noted()
    {
        (Tensor inputs, Tensor labels) = Sorted(640);
        var sorted = new Batch(inputs, labels);
        Setup setup = With(Examples.From(() =>
        {
            int[][] orders = [.. Enumerable.Range(0, 4).Select(_ => Shuffled(160))];
            return InBatches([.. Enumerable.Range(0, 640).Select(i => (160 * (i % 4)) + orders[i % 4][i / 4])], sorted, 32);
        }));
        Assert.Contains("batches are balanced, as a stratified sampler does", Assert.Single(Holds(setup).Findings.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Several_examples_of_a_class_in_each_batch_are_noted()
    {
        manual_seed(0);
        Tensor inputs = randn(3200, 8), labels = arange(3200).div(8, RoundingMode.floor).to(ScalarType.Int64);
        var sorted = new Batch(inputs, labels);
        Setup setup = With(Examples.From(() => InBatches([.. Shuffled(400).SelectMany(c => Enumerable.Range(0, 8).Select(i => (8 * c) + i))], sorted, 64)));
        Assert.Contains("8 at a time", Assert.Single(Holds(setup).Findings.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Drawing_with_replacement_is_noted()
    {
        (Tensor inputs, Tensor labels) = SampleData.Blobs(640, 8, 4);
        var all = new Batch(inputs, labels);
        Setup setup = With(Examples.From(() => InBatches([.. Integers(randint(640, [640], dtype: ScalarType.Int64))], all, 32)));
        Assert.Contains("had occurred before in the epoch: drawn with replacement", Assert.Single(Holds(setup).Findings.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Batches_of_one_length_are_not_judged_by_their_labels()
    {
        manual_seed(0);
        IEnumerable<Batch> ByLength()
        {
            foreach (int k in Shuffled(24))
            {
                Tensor labels = rand(16).lt(k < 12 ? 0.1 : 0.9).to(ScalarType.Int64);
                yield return (randint(50, [16, 4 + k], dtype: ScalarType.Int64), labels);
            }
        }
        Assert.Contains("which is how examples of one length are batched", Assert.Single(Holds(With(Examples.From(ByLength))).Findings.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Sequences_that_go_on_from_batch_to_batch_are_in_order_on_purpose()
    {
        manual_seed(0);
        Tensor text = randint(50, [8, 101], dtype: ScalarType.Int64);
        Setup setup = With(Examples.From(() => Enumerable.Range(0, 10).Select(k => (Batch)(text.narrow(1, 10 * k, 10), text.narrow(1, (10 * k) + 1, 10)))));
        Assert.Contains("in order on purpose", setup.Judge(Check).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_epoch_without_end_is_read_as_far_as_is_asked() =>
        Assert.Equal(2 * 1024, Assert.IsType<Verdict>(With(Examples.From(Endless)).Judge(new BatchesAreShuffled(examples: 1000))).Cost.Examples);

    [Fact]
    public void Labels_that_follow_a_pattern_are_not_taken_for_an_order() => Holds(With(Examples.From(() => Enumerable.Range(0, 20).Select(_ => Clusters.Draw(4, 30)))));

    [Fact]
    public void A_few_examples_are_inconclusive() => Assert.Equal(
        "it needs at least 13 different examples, by which an order is told; the epoch has 10",
        With(Examples.From(randn(10, 8), arange(10).remainder(2), 2, shuffled: true)).Judge(Check).Reason);

    [Fact]
    public void A_single_batch_has_no_order() =>
        Assert.Equal(Outcome.NotApplicable, With(Examples.From(randn(10, 8), arange(10).remainder(2), 10)).Judge(Check).Outcome);

    [Fact]
    public void A_Batch_that_is_always_the_same_tells_nothing()
    {
        (Tensor inputs, Tensor labels) = SampleData.Blobs(32, 8, 4);
        Assert.StartsWith("the setup gives no Training", (SoundSetups.Classifier with { Batch = () => (inputs, labels) }).Judge(Check).Reason, StringComparison.Ordinal);
    }

    private static (Tensor Inputs, Tensor Labels) Sorted(int count)
    {
        manual_seed(0);
        (Tensor inputs, Tensor labels) = SampleData.Blobs(count, 8, 4);
        return (inputs, arange(count).div(count / 4, RoundingMode.floor).to(ScalarType.Int64));
    }

    private static IEnumerable<Batch> Endless()
    {
        while (true) yield return SampleData.Blobs(32, 8, 4);
    }

    private static int[] Shuffled(int count) => [.. Integers(randperm(count)).Select(i => (int)i)];

    private static IEnumerable<Batch> InBatches(IReadOnlyList<int> order, Batch all, int size) => InBatches([.. order.Select(i => (long)i)], all, size);

    private static IEnumerable<Batch> InBatches(long[] order, Batch all, int size)
    {
        for (int from = 0; from + size <= order.Length; from += size)
        {
            Tensor at = tensor(order[from..(from + size)]);
            yield return (all.Inputs[0].index_select(0, at), all.Targets[0].index_select(0, at));
        }
    }

    private static Setup With(Examples training) => SoundSetups.Classifier with { Batch = null, Evaluate = null, Training = training };

    private static Verdict Holds(Setup setup)
    {
        Verdict verdict = setup.Judge(Check);
        verdict.MustBe(Outcome.Holds);
        return verdict;
    }

    private static Verdict Broken(Setup setup, string because, string? rule)
    {
        Verdict verdict = setup.Judge(Check);
        verdict.MustBe(Outcome.Broken);
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(because, StringComparison.Ordinal), verdict.ToString());
        Assert.Equal(rule, verdict.Findings.Causes[0].Rule);
        return verdict;
    }

    private static long[] Integers(Tensor numbers) => numbers.data<long>().ToArray();
}

using TrainingGuards.Checks.Data;
using TrainingGuards.Tests.Checks.Data.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Data;

public sealed class InputsMatchLabelsTests
{
    private static readonly InputsMatchLabels Check = new();

    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    public static TheoryData<string, int> SoundData => SoundExamples.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Batches_that_are_drawn_hold(string name, int seed) => Holds(SoundSetups.Of(name, seed));

    [Theory]
    [MemberData(nameof(SoundData))]
    public void Holds_on_sound_examples(string name, int seed) =>
        Assert.Equal(name is "Classifier" or "Tokens" ? 640 : 480, Holds(SoundExamples.Of(name, seed)).Cost.Examples);

    [Fact]
    public void Inputs_shuffled_without_their_labels_are_found_by_validation() => Broken(
        ShuffledApart.Setup(), "nearest neighbours tell target of 256 validation examples with z = ", "read, filter, sort and shuffle inputs and labels together");

    [Fact]
    public void A_loader_that_parts_inputs_from_labels_is_found_by_index()
    {
        Broken(SoundSetups.Classifier with { Batch = null, Evaluate = null, Training = ImageData.Parted(SampleData.Blobs(512, 8, 4), 32) }, "training examples read by index with z = ", "let one permutation choose inputs and labels of a batch");
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7), InlineData(8), InlineData(9)]
    public void Augmentation_that_parts_inputs_from_labels_or_drowns_them_is_found_by_what_is_stored(int seed)
    {
        Setup sound = SoundExamples.Classifier(seed) with { Seed = seed };
        Examples plain = sound.Training!;
        foreach (Func<Batch, Batch> wrong in new Func<Batch, Batch>[] { batch => new(batch.Inputs[0].index_select(0, randperm(batch.Size)), batch.Targets), batch => new(batch.Inputs[0] + (100 * randn_like(batch.Inputs[0])), batch.Targets) })
        {
            foreach (Examples? validation in new[] { sound.Validation, null })
                Broken(sound with { Training = plain.Augmented(wrong), Validation = validation, Evaluate = null }, "training examples as they are stored with z = ", "look at twenty augmented pairs");
        }
        Holds(sound with { Training = plain.Augmented(batch => new(batch.Inputs[0] + (0.1 * randn_like(batch.Inputs[0])), batch.Targets)), Evaluate = null });
        // Where the stored examples do not belong together either, it is not their augmentation.
        Examples apart = plain.Augmented(batch => new(batch.Inputs[0].index_select(0, randperm(batch.Size)), batch.Targets));
        Broken(sound with { Training = Examples.From(apart.Epoch).Augmented(batch => batch), Evaluate = null }, "validation examples with z = ", "read, filter, sort and shuffle inputs and labels together");
    }

    [Fact]
    public void Classes_that_validation_numbers_differently_are_found()
    {
        Setup setup = SoundExamples.Classifier();
        Examples validation = setup.Validation!;
        Broken(
            setup with { Validation = Examples.From(() => validation.Epoch().Select(batch => (Batch)(batch.Inputs.Only, (batch.Targets.Only + 1).remainder(4)))) },
            "the two sets number their classes differently",
            "make the numbers of the classes once");
    }

    [Fact]
    public void Labels_that_tell_nothing_are_no_failure_by_themselves()
    {
        Verdict verdict = ShuffledApart.Setup(inValidation: true).Judge(Check);
        Assert.Equal(Outcome.NotApplicable, verdict.Outcome);
        Assert.StartsWith("neither nearest neighbours (agreement 0.2", verdict.Reason, StringComparison.Ordinal);
        Broken(ShuffledApart.Setup(inValidation: true), "inputs and labels are not those of one example, or labels are noise", "look at twenty pairs", new(visible: true));
    }

    [Fact]
    public void Labels_moved_by_one_example_are_found()
    {
        manual_seed(0);
        (Tensor inputs, Tensor labels) = SampleData.Blobs(1024, 8, 4);
        Setup setup = SoundSetups.Classifier with { Batch = null, Evaluate = null, Training = Examples.From(inputs, labels.roll(1), 32, shuffled: true) };
        Assert.Equal(Outcome.NotApplicable, setup.Judge(Check).Outcome);
        Broken(setup, "input i tells the target of example i + 1", "skip as many header lines", new(visible: true));
    }

    [Fact]
    public void Parity_is_at_chance_and_no_failure()
    {
        for (int seed = 0; seed < 10; seed++)
        {
            manual_seed(seed);
            Tensor bits = randint(2, [1500, 16]).to(ScalarType.Float32);
            Setup setup = SoundExamples.Split(SoundSetups.Classifier, (bits, bits.sum([1L]).remainder(2).to(ScalarType.Int64)), 32) with { Seed = seed };
            Assert.Equal(Outcome.NotApplicable, setup.Judge(Check).Outcome);
        }
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7), InlineData(8), InlineData(9)]
    public void Targets_that_are_another_examples_input_are_found(int seed)
    {
        manual_seed(seed);
        Tensor points = randn(520, 3).matmul(randn(3, 16));
        Setup Of(Tensor inputs) => SoundSetups.Autoencoder with
        {
            Batch = null, Seed = seed, Evaluate = null,
            Training = Examples.From(inputs.narrow(0, 0, 384), points.narrow(0, 0, 384), 32, shuffled: true),
            Validation = Examples.From(points.narrow(0, 384, 136), points.narrow(0, 384, 136), 32),
        };
        Assert.Equal("in target, by the inputs themselves, which have their shape,", Holds(Of(points)).Findings.Claims[0].Worst.Culprit);
        Holds(Of(points + (2 * randn_like(points))));
        Broken(Of(points.index_select(0, cat([randperm(384), arange(384, 520)]))), "the inputs themselves, which have their shape, tell target of 136 validation examples with z = ", "read, filter, sort and shuffle inputs and labels together");
    }

    [Fact]
    public void Images_that_are_their_own_targets_hold()
    {
        manual_seed(0);
        Tensor images = rand(128, 1, 40, 40);
        Setup setup = SoundSetups.Classifier with { Batch = null, Evaluate = null, Training = Examples.From(images, images.flatten(1), 16, shuffled: true) };
        Assert.Contains("the inputs themselves", Holds(setup).Findings.Claims[0].Worst.Culprit, StringComparison.Ordinal);
        Broken(setup with { Training = Examples.From(images, images.roll(1, 0), 16) }, "inputs and labels are not those of one example, or labels are noise", "look at twenty pairs", new(visible: true));
    }

    [Fact]
    public void A_few_examples_are_inconclusive() => Assert.Equal(
        "it needs at least 64 examples; Training has 40",
        (SoundSetups.Classifier with { Batch = null, Training = Examples.From(randn(40, 8), arange(40).remainder(4), 8) }).Judge(Check).Reason);

    [Fact]
    public void A_Batch_that_is_always_the_same_tells_nothing()
    {
        (Tensor inputs, Tensor labels) = SampleData.Blobs(32, 8, 4);
        Assert.StartsWith("the setup gives no Training, and Batch yields 32 examples", (SoundSetups.Classifier with { Batch = () => (inputs, labels) }).Judge(Check).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Large_images_hold()
    {
        manual_seed(0);
        Tensor labels = randint(3, [128], dtype: ScalarType.Int64);
        Tensor images = randn(128, 3, 80, 64) + (0.5 * labels.reshape(-1, 1, 1, 1));
        Holds(SoundSetups.Classifier with { Batch = null, Evaluate = null, Training = Examples.From(images, labels, 16, shuffled: true) });
    }

    [Fact]
    public void Sequences_of_different_lengths_hold()
    {
        manual_seed(0);
        IEnumerable<Batch> Epoch()
        {
            for (int k = 0; k < 20; k++)
            {
                Tensor labels = randint(2, [16], dtype: ScalarType.Int64);
                yield return (randint(2000, [16, 20 + k], dtype: ScalarType.Int64) * 2 + labels.unsqueeze(1), labels);
            }
        }
        Holds(SoundSetups.Classifier with { Batch = null, Evaluate = null, Training = Examples.From(Epoch) });
    }

    [Fact]
    public void Signals_and_images_of_different_sizes_hold()
    {
        manual_seed(0);
        Examples Of(Func<int, long[]> shape) => Examples.From(() => Enumerable.Range(0, 20).Select(k =>
        {
            Tensor labels = randint(2, [16], dtype: ScalarType.Int64);
            long[] size = shape(k);
            return (Batch)(randn([16, .. size]) + labels.reshape([16, .. size.Select(_ => 1L)]), labels);
        }));
        Holds(SoundSetups.Classifier with { Batch = null, Evaluate = null, Training = Of(k => [50 + k]), Validation = Of(_ => [40]) });
        Holds(SoundSetups.Classifier with { Batch = null, Evaluate = null, Training = Of(_ => [1, 8, 8]), Validation = Of(_ => [1, 12, 12]) });
    }

    [Fact]
    public void What_a_linear_probe_alone_can_tell_holds()
    {
        manual_seed(0);
        Tensor inputs = randn(1024, 200), labels = inputs.narrow(1, 0, 2).sum([1L]).gt(0).to(ScalarType.Int64);
        Verdict verdict = Holds(SoundSetups.Classifier with { Batch = null, Evaluate = null, Training = Examples.From(inputs, labels, 32, shuffled: true) });
        Assert.Equal("in target, by a linear probe", verdict.Findings.Claims[0].Worst.Culprit);
    }

    private static Verdict Holds(Setup setup)
    {
        Verdict verdict = setup.Judge(Check);
        verdict.MustBe(Outcome.Holds);
        return verdict;
    }

    private static void Broken(Setup setup, string because, string remedy, InputsMatchLabels? check = null)
    {
        Verdict verdict = setup.Judge(check ?? Check);
        verdict.MustBe(Outcome.Broken);
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(because, StringComparison.Ordinal), verdict.ToString());
        Assert.StartsWith(remedy, verdict.Findings.Causes[0].Remedy, StringComparison.Ordinal);
    }
}

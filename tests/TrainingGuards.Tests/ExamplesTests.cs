using TrainingGuards.Checks.Data;
using TrainingGuards.Checks.Wiring;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests;

/// <summary>Data comes from tensors, from an IEnumerable or from a DataLoader, and trains the same.</summary>
public sealed class ExamplesTests
{
    private static readonly (Tensor Inputs, Tensor Classes) Data = SampleData.Held(() => SampleData.Blobs(70, 8, 4));

    [Fact]
    public void Tensors_are_cut_into_batches_and_read_by_index()
    {
        var examples = Examples.From(Data.Inputs, Data.Classes, batchSize: 32);
        Assert.Equal([32, 32, 6], examples.Epoch().Select(batch => batch.Size));
        Assert.Equal(70, examples.Count);
        Batch fifth = examples.Example(5);
        Assert.Equal([1, 8], fifth.Inputs[0].shape);
        Assert.Equal(Data.Classes[5].ToInt64(), fifth.Targets[0][0].ToInt64());
    }

    [Fact]
    public void Shuffled_epochs_differ_and_hold_every_example()
    {
        var examples = Examples.From(arange(70).unsqueeze(1), arange(70), batchSize: 32, shuffled: true);
        long[] first = Order(examples), second = Order(examples);
        Assert.NotEqual(first, second);
        Assert.Equal(first.Order(), second.Order());
    }

    [Fact]
    public void A_loader_of_dictionaries_says_which_is_which()
    {
        using var loader = utils.data.DataLoader(new Pictures(), 4);
        var examples = Examples.From(loader, batch => (batch["image"], batch["label"]));
        Assert.Equal([4, 4, 2], examples.Epoch().Select(batch => batch.Size));
        Assert.Equal(7, examples.Example(7).Targets[0].ToInt64());
        Assert.Equal([1, 1, 2, 2], examples.Example(7).Inputs[0].shape);
    }

    [Fact]
    public void A_stream_has_no_index()
    {
        var examples = Examples.From(() => [Data]);
        Assert.False(examples.HasIndex);
        Assert.Null(examples.Count);
        Assert.Throws<InvalidOperationException>(() => examples.Example(0));
    }

    [Fact]
    public void Augmentation_sees_whole_batches_in_an_epoch_and_one_example_by_index()
    {
        var seen = new List<long>();
        var plain = Examples.From(Data.Inputs, Data.Classes, batchSize: 32);
        Examples augmented = plain.Augmented(batch =>
        {
            seen.Add(batch.Size);
            return new(batch.Inputs[0] + 1, batch.Targets);
        });
        Assert.Equal(70, augmented.Count);
        Assert.True(augmented.HasIndex);
        Assert.Empty(seen);

        Assert.All(augmented.Epoch().Zip(plain.Epoch()), pair =>
        {
            Same(pair.Second.Inputs[0] + 1, pair.First.Inputs[0]);
            Same(pair.Second.Targets[0], pair.First.Targets[0]);
        });
        Assert.Equal([32, 32, 6], seen);
        Same(plain.Example(5).Inputs[0] + 1, augmented.Example(5).Inputs[0]);
        Assert.Equal(Data.Classes[5].ToInt64(), augmented.Example(5).Targets[0][0].ToInt64());
        Assert.Equal([32, 32, 6, 1, 1], seen);
    }

    [Fact]
    public void Examples_are_stored_as_they_are_until_it_is_told_otherwise()
    {
        var plain = Examples.From(Data.Inputs, Data.Classes, batchSize: 32);
        Assert.Same(plain, plain.Plain);
        Assert.Same(plain, plain.Augmented(batch => batch).Plain);
        Assert.Same(plain, Examples.From(plain.Epoch).StoredAs(plain.Augmented(batch => batch)).Plain);

        Examples twice = plain.Augmented(batch => new(batch.Inputs[0] + 1, batch.Targets)).Augmented(batch => new(batch.Inputs[0] * 2, batch.Targets));
        Assert.Same(plain, twice.Plain);
        Same((plain.Example(0).Inputs[0] + 1) * 2, twice.Example(0).Inputs[0]);
    }

    [Fact]
    public void What_is_augmented_has_an_index_where_the_plain_examples_have_one()
    {
        Examples augmented = Examples.From(() => [Data]).Augmented(batch => batch);
        Assert.False(augmented.HasIndex);
        Assert.Null(augmented.Count);
        Assert.Throws<InvalidOperationException>(() => augmented.Example(0));
    }

    [Fact]
    public void Augmentation_that_returns_nothing_or_another_number_of_examples_is_refused()
    {
        var plain = Examples.From(Data.Inputs, Data.Classes, batchSize: 32);
        Assert.Throws<ArgumentNullException>(() => plain.Augmented(null!));
        foreach (Func<Examples, Batch> read in new Func<Examples, Batch>[] { examples => examples.Epoch().First(), examples => examples.Example(3) })
        {
            Assert.Contains("an augmentation that returns null", Assert.Throws<SetupException>(() => read(plain.Augmented(_ => null!))).Message, StringComparison.Ordinal);
            Assert.Contains("Do:       keep the first dimension of the inputs", Assert.Throws<SetupException>(() => read(plain.Augmented(Doubled))).Message, StringComparison.Ordinal);
        }
        Assert.Contains("an augmentation that makes 64 examples, inputs [64, 8], of a batch of 32", Assert.Throws<SetupException>(() => plain.Augmented(Doubled).Epoch().Count()).Message, StringComparison.Ordinal);

        static Batch Doubled(Batch batch) => (cat([batch.Inputs[0], batch.Inputs[0]]), cat([batch.Targets[0], batch.Targets[0]]));
    }

    [Fact]
    public void A_loader_that_augments_is_told_how_its_examples_are_stored()
    {
        (Tensor inputs, Tensor classes) = Data;
        Examples noisy = new PointsDataset(inputs, classes, augmented: true).Loaded(), plain = new PointsDataset(inputs, classes).Loaded(), told = noisy.StoredAs(plain);
        Assert.Same(plain, told.Plain);
        Assert.Same(noisy, noisy.Plain);
        Assert.Equal(70, told.Count);
        Assert.Equal([32, 32, 6], told.Epoch().Select(batch => batch.Size));
        Assert.NotEqual(told.Plain.Example(5).Inputs[0].sum().ToDouble(), told.Example(5).Inputs[0].sum().ToDouble());
        Same(inputs[5].unsqueeze(0), told.Plain.Example(5).Inputs[0]);
    }

    [Fact]
    public void Examples_are_stored_as_as_many()
    {
        var plain = Examples.From(Data.Inputs, Data.Classes, batchSize: 32);
        var others = Examples.From(Data.Inputs.narrow(0, 0, 60), Data.Classes.narrow(0, 0, 60), batchSize: 32);
        Assert.Throws<ArgumentNullException>(() => plain.StoredAs(null!));
        Assert.Contains("60 examples, stored as 70", Assert.Throws<SetupException>(() => others.StoredAs(plain.Augmented(batch => batch))).Message, StringComparison.Ordinal);
        // Where an epoch alone tells how many there are, nothing is known to differ.
        Assert.Same(plain, Examples.From(others.Epoch).StoredAs(plain).Plain);
        Assert.Null(plain.StoredAs(Examples.From(others.Epoch)).Plain.Count);
    }

    [Fact]
    public void What_augmentation_is_given_ends_with_the_epoch_and_what_it_returns_does_not()
    {
        var given = new List<Tensor>();
        var returned = new List<Tensor>();
        Examples augmented = Examples.From(Data.Inputs, Data.Classes, batchSize: 32, shuffled: true).Augmented(batch =>
        {
            given.Add(batch.Inputs[0]);
            returned.Add(batch.Inputs[0] + 1);
            return new(returned[^1], batch.Targets);
        });
        Setup setup = SoundSetups.Classifier with { Batch = null, Training = augmented, Evaluate = null };
        setup.MustSatisfy(new BatchesAreShuffled());
        Assert.Equal(6, returned.Count);
        Assert.All(given, tensor => Assert.True(tensor.IsInvalid));
        setup.MustSatisfy(new EveryParameterLearns());
        Assert.True(returned.Count > 6);
        Assert.All(returned, tensor => Assert.False(tensor.IsInvalid));
    }

    [Fact]
    public void Training_on_augmented_examples_keeps_memory_flat() =>
        (SoundSetups.Classifier with { Batch = null, Evaluate = null, Training = Examples.From(Data.Inputs, Data.Classes, batchSize: 32, shuffled: true).Augmented(batch => new(batch.Inputs[0] + (0.1 * randn_like(batch.Inputs[0])), batch.Targets)) })
            .MustSatisfy(new MemoryIsFlat());

    [Fact]
    public void Tensors_of_different_lengths_are_refused() => Assert.Contains(
        "examples with inputs [70, 8] and targets [69]",
        Assert.Throws<SetupException>(() => Examples.From(Data.Inputs, Data.Classes.narrow(0, 0, 69), batchSize: 8)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Training_takes_the_place_of_a_batch()
    {
        Setup setup = SoundSetups.Classifier with { Batch = null, Training = Examples.From(Data.Inputs, Data.Classes, batchSize: 32, shuffled: true), Evaluate = null };
        Verdict verdict = setup.MustSatisfy(new EveryParameterLearns());
        // The last batch of an epoch is smaller and passed over: five steps go on into a third epoch.
        Assert.Contains("batch of 32", verdict.Setup, StringComparison.Ordinal);
        Assert.Contains("no Batch and no Training", Assert.Throws<SetupException>(() => (setup with { Training = null }).Judge(new EveryParameterLearns())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Training_without_a_batch_is_refused() => Assert.Contains(
        "Training examples without a batch",
        Assert.Throws<SetupException>(() => (SoundSetups.Classifier with { Batch = null, Training = Examples.From(() => []) }).Judge(new EveryParameterLearns())).Message,
        StringComparison.Ordinal);

    [Fact]
    public void What_a_delegate_keeps_outlives_the_scope_of_a_pass()
    {
        var held = new List<Tensor>();
        Setup setup = SoundSetups.ResidualNet with
        {
            Batch = () =>
            {
                if (held.Count == 0) held.AddRange([.. Enumerable.Range(0, 2).Select(_ => SampleData.Quarters(24)).SelectMany(pair => new[] { pair.Inputs, pair.Classes })]);
                return (held[0], held[1]);
            },
        };
        // The step of this setup asks for its second batch within the scope of the step.
        for (int time = 0; time < 2; time++) setup.MustSatisfy(new EveryParameterLearns());
        Assert.All(held, tensor => Assert.False(tensor.IsInvalid));
    }

    private static void Same(Tensor expected, Tensor found) => Assert.True(expected.eq(found).all().ToBoolean(), $"expected {expected.str()}, found {found.str()}");

    private static long[] Order(Examples examples) =>
        [.. examples.Epoch().SelectMany(batch => Enumerable.Range(0, (int)batch.Size).Select(i => batch.Targets[0][i].ToInt64()).ToArray())];

    private sealed class Pictures : utils.data.Dataset
    {
        public override long Count => 10;

        public override Dictionary<string, Tensor> GetTensor(long index) => new() { ["image"] = full([1, 2, 2], index, ScalarType.Float32), ["label"] = tensor(index) };
    }
}

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

    private static long[] Order(Examples examples) =>
        [.. examples.Epoch().SelectMany(batch => Enumerable.Range(0, (int)batch.Size).Select(i => batch.Targets[0][i].ToInt64()).ToArray())];

    private sealed class Pictures : utils.data.Dataset
    {
        public override long Count => 10;

        public override Dictionary<string, Tensor> GetTensor(long index) => new() { ["image"] = full([1, 2, 2], index, ScalarType.Float32), ["label"] = tensor(index) };
    }
}

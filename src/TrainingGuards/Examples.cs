using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards;

/// <summary>A set of examples: epochs of batches and, where it can be read by index, its examples one by one; with them, where they are augmented, the examples as they are stored.</summary>
/// <remarks>Batches are the user's own tensors, which live until the next one is asked for, as those of a DataLoader do.</remarks>
public sealed class Examples
{
    private readonly Func<IEnumerable<Batch>> _epoch;
    private readonly Func<long, Batch>? _example;
    private readonly Examples? _plain;

    private Examples(Func<IEnumerable<Batch>> epoch, long? count = null, Func<long, Batch>? example = null, Examples? plain = null) => (_epoch, Count, _example, _plain) = (epoch, count, example, plain);

    /// <summary>How many examples there are; null where only an epoch tells.</summary>
    public long? Count { get; }

    /// <summary>Whether <see cref="Example"/> can be asked.</summary>
    public bool HasIndex => _example is not null;

    /// <summary>These examples as they are stored, before any augmentation: what checks for copies and for wrong labels read. Itself unless <see cref="Augmented"/> or <see cref="StoredAs"/> told otherwise.</summary>
    public Examples Plain => _plain ?? this;

    /// <summary>The batches of a new epoch, in the order in which training or evaluation sees them.</summary>
    public IEnumerable<Batch> Epoch() => _epoch();

    /// <summary>The example at a position, counted from 0, as a batch of one. It is fetched anew each time, augmented as in training.</summary>
    /// <exception cref="InvalidOperationException">The examples cannot be read by index.</exception>
    public Batch Example(long index) => _example is null
        ? throw new InvalidOperationException("These examples are read in batches, not by index.")
        : _example(index);

    /// <summary>The same examples, augmented whenever they are read: <c>plain.Augmented(batch => new Batch(Flip(batch.Inputs), batch.Targets))</c>.</summary>
    /// <param name="augment">
    /// Called with each batch of an epoch, and with a batch of one by <see cref="Example"/>. It returns the augmented batch, of as many examples, and changes no tensor in place: what it is given may be the stored data itself. What it returns is not disposed of here, as what a Select returns is not.
    /// </param>
    /// <returns>Examples with the same <see cref="Count"/> and the same <see cref="Plain"/>, which can be read by index where these can.</returns>
    /// <exception cref="SetupException">When they are read: <paramref name="augment"/> returned null, or another number of examples.</exception>
    public Examples Augmented(Func<Batch, Batch> augment)
    {
        ArgumentNullException.ThrowIfNull(augment);
        return new(() => _epoch().Select(batch => Applied(augment, batch)), Count, _example is { } example ? index => Applied(augment, example(index)) : null, Plain);
    }

    /// <summary>The same epochs and index, with the examples as they are stored beside them, for a DataLoader whose data set augments: <c>Examples.From(augmenting, …).StoredAs(Examples.From(plain, …))</c>.</summary>
    /// <param name="plain">The same examples without augmentation, in any order and in batches of any size.</param>
    /// <returns>Examples that differ from these in <see cref="Plain"/> alone, which is that of <paramref name="plain"/>.</returns>
    /// <exception cref="SetupException">Both say how many examples they are, and differ.</exception>
    public Examples StoredAs(Examples plain)
    {
        ArgumentNullException.ThrowIfNull(plain);
        if (Count is { } own && plain.Plain.Count is { } stored && own != stored)
            throw new SetupException(given: $"{own} examples, stored as {stored}", expected: "the same number of examples, with augmentation and without", remedy: "make both of the same files, split and filter, and leave out nothing but the random transform");
        return new(_epoch, Count, _example, plain.Plain);
    }

    /// <summary>Examples that come in batches.</summary>
    /// <param name="epoch">Called once an epoch: its batches, in order.</param>
    public static Examples From(Func<IEnumerable<Batch>> epoch)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        return new(epoch);
    }

    /// <summary>Examples held in tensors whose first dimension counts them, in order; the last batch may be smaller.</summary>
    /// <param name="inputs">What the model is given; each of shape <c>[examples, …]</c>.</param>
    /// <param name="targets">What its output is compared with; each of shape <c>[examples, …]</c>.</param>
    /// <param name="batchSize">The number of examples in a batch.</param>
    /// <param name="shuffled">Whether each epoch has another order, drawn from torch's generator.</param>
    /// <exception cref="SetupException">Their first dimensions differ.</exception>
    public static Examples From(Tensors inputs, Tensors targets, int batchSize, bool shuffled = false)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        long[] sizes = [.. inputs.Concat(targets).Select(tensor => tensor.dim() == 0 ? 0 : tensor.shape[0]).Distinct()];
        if (sizes.Length != 1 || sizes[0] == 0)
            throw new SetupException(given: $"examples with inputs {inputs.Shapes} and targets {targets.Shapes}", expected: "tensors with the same number of examples in their first dimension", remedy: "check that inputs and targets are cut from the data in the same way");
        var all = new Batch(inputs, targets);
        return new(Batches, sizes[0], index => all.At(index));

        IEnumerable<Batch> Batches()
        {
            using Tensor order = shuffled ? randperm(sizes[0]) : arange(sizes[0]);
            long[] positions = Trials.HostNumbers.Integers(order);
            for (int from = 0; from < positions.Length; from += batchSize)
            {
                Batch batch = all.At([.. positions.Skip(from).Take(batchSize)]);
                try
                {
                    yield return batch;
                }
                finally
                {
                    foreach (Tensor tensor in batch.Inputs.Concat(batch.Targets)) tensor.Dispose();
                }
            }
        }
    }

    /// <summary>The examples of a DataLoader, whatever its batches are.</summary>
    /// <param name="loader">The loader.</param>
    /// <param name="batch">The inputs and targets of one of its batches: <c>batch => (batch["image"], batch["label"])</c>.</param>
    public static Examples From<TExample, TBatch>(DataLoader<TExample, TBatch> loader, Func<TBatch, Batch> batch)
    {
        ArgumentNullException.ThrowIfNull(loader);
        ArgumentNullException.ThrowIfNull(batch);
        return new(() => loader.Select(batch), loader.dataset.Count, index => batch(loader.collate_fn([loader.dataset.GetTensor(index)], loader.Device)));
    }

    /// <summary>The examples of a DataLoader over tensors: the last of each is the target, the others are inputs.</summary>
    public static Examples From(IterableDataLoader loader) => From(loader, batch => new Batch(new Tensors([.. batch.Take(batch.Count - 1)]), batch[^1]));

    private static Batch Applied(Func<Batch, Batch> augment, Batch batch)
    {
        // Asked for before: what augment does with the tensors that it is given is its own affair.
        long size = batch.Size;
        Batch augmented = augment(batch) ?? throw new SetupException(given: "an augmentation that returns null", expected: "the augmented batch", remedy: "return the new inputs and targets from augment");
        if (augmented.Size == size) return augmented;
        throw new SetupException(
            given: $"an augmentation that makes {augmented.Size} examples, inputs {augmented.Inputs.Shapes}, of a batch of {size}",
            expected: "as many examples as it is given",
            remedy: "keep the first dimension of the inputs; where augmentation makes more examples or fewer, give Examples.From(() => epoch).StoredAs(plain)");
    }
}

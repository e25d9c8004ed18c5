using static TorchSharp.torch;

namespace DigitClassifier.Data;

/// <summary>Labelled digits: grey images <c>[N, 1, 8, 8]</c> of 0 (paper) to 1 (ink) and their class indices <c>[N]</c>.</summary>
public sealed class Digits
{
    /// <summary>The number of classes.</summary>
    public const int Classes = 10;

    /// <summary>The width and the height of an image in pixels.</summary>
    public const int Side = 8;

    /// <summary>The grey level of full ink.</summary>
    public const int Ink = 16;

    private readonly IReadOnlyList<LabelledImage> _examples;
    private readonly Tensor _images, _labels;

    /// <summary>The given examples in their order.</summary>
    public Digits(IReadOnlyList<LabelledImage> examples)
    {
        ArgumentNullException.ThrowIfNull(examples);
        _examples = examples;
        float[] pixels = [.. examples.SelectMany(example => example.Pixels, (_, grey) => (float)grey / Ink)];
        long[] labels = [.. examples.Select(example => (long)example.Label)];
        _images = tensor(pixels, [examples.Count, 1, Side, Side]).DetachFromDisposeScope();
        _labels = tensor(labels, [examples.Count]).DetachFromDisposeScope();
    }

    /// <summary>The digits of the file that was given, else drawn ones.</summary>
    /// <exception cref="InputException">The file cannot be used.</exception>
    public static Digits Load(Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(options.DataFile is { } file ? CsvReader.Read(file) : Drawing.Draw(examplesPerClass: 180, options.Seed));
    }

    /// <summary>The number of examples.</summary>
    public int Count => _examples.Count;

    /// <summary>The rows of all examples in batches, in order.</summary>
    public IEnumerable<long[]> Batches(int size) => Enumerable.Range(0, Count).Select(row => (long)row).Chunk(size);

    /// <summary>The rows of all examples in batches, in another order at each call, as <c>torch.manual_seed</c> has it.</summary>
    public IEnumerable<long[]> ShuffledBatches(int size) => Shuffled().Chunk(size);

    /// <summary>The images <c>[B, 1, 8, 8]</c> and labels <c>[B]</c> of some rows, on a device.</summary>
    public (Tensor Images, Tensor Labels) At(long[] rows, Device device)
    {
        using var scope = NewDisposeScope();
        Tensor index = tensor(rows);
        Tensor images = _images.index_select(0, index).to(device), labels = _labels.index_select(0, index).to(device);
        return (images.MoveToOuterDisposeScope(), labels.MoveToOuterDisposeScope());
    }

    /// <summary>A random batch: <paramref name="count"/> examples, none twice.</summary>
    public (Tensor Images, Tensor Labels) Sample(int count) => At(Shuffled()[..Math.Min(count, Count)], CPU);

    /// <summary>Four fifths of the examples to train on and a fifth to hold out, drawn at random.</summary>
    public (Digits Training, Digits HeldOut) Split(int seed)
    {
        LabelledImage[] shuffled = [.. _examples];
        new Random(seed).Shuffle(shuffled);
        int heldOut = Count / 5;
        return (new(shuffled[heldOut..]), new(shuffled[..heldOut]));
    }

    private long[] Shuffled()
    {
        using Tensor order = randperm(Count);
        return [.. order.data<long>()];
    }
}

using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Reads examples of a set again: whether they are the same a second time, and where a given one is by index.</summary>
internal sealed class ExampleRereading(Trial trial, Examples examples) : IDisposable
{
    // Of data as it is stored, all but what drop_last leaves out comes again; a flip at random leaves a half.
    /// <summary>The share from which on examples are the same when they are read again; what is below is augmented at random, or drawn anew.</summary>
    public const double SameAgain = 0.9;

    private const int Enough = 32;
    private readonly ExampleHash _hash = new(trial.Setup.PaddingIndex);
    private bool _handsOutItsOwn;

    /// <summary>The share of examples that have been seen before when some are read again: by index twice, else in the first batch of another epoch.</summary>
    /// <param name="hashes">A first epoch.</param>
    public double Share(ExampleHashes hashes)
    {
        using var scope = NewDisposeScope();
        if (examples is { HasIndex: true, Count: > 0 and { } count })
        {
            long[] indices = [.. Enumerable.Range(0, (int)Math.Min(count, Enough)).Select(i => i * count / Math.Min(count, Enough))];
            return indices.Count(index => Twice(index)) / (double)indices.Length;
        }
        long read = 0, known = 0;
        foreach (Batch batch in trial.Epoch(examples))
        {
            Tensor again = _hash.Of(batch.Inputs, batch.Size);
            known += ExampleHash.Joined(again[0], again[1]).to(hashes.Whole.device).isin(hashes.Whole).sum().ToInt64();
            if ((read += batch.Size) >= Enough) break;
        }
        return read == 0 ? 0 : known / (double)read;
    }

    /// <summary>The indices at which examples with the given hashes are stored, of equal hashes one after the other; null for one that is not found. After <see cref="Share"/>.</summary>
    public IReadOnlyList<long?> Indices(IReadOnlyList<long> wanted)
    {
        long?[] found = new long?[wanted.Count];
        for (long index = 0; index < examples.Count && found.Contains(null); index++)
        {
            long hash = Read(index, out Batch example);
            if (!_handsOutItsOwn)
                foreach (Tensor tensor in example.Inputs.Concat(example.Targets)) tensor.Dispose();
            int at = Enumerable.Range(0, wanted.Count).FirstOrDefault(i => wanted[i] == hash && found[i] is null, -1);
            if (at >= 0) found[at] = index;
        }
        return found;
    }

    /// <summary>What to do where training examples differ when they are read again, as a phrase.</summary>
    public static string Remedy(Examples training) => ReferenceEquals(training, training.Plain)
        ? "say how they are stored: Training = plain.Augmented(augment), or Training = examples.StoredAs(plain) where a DataLoader augments"
        : "what Training has as Plain is not as it is stored: give there the same examples without the random transform";

    public void Dispose() => _hash.Dispose();

    private bool Twice(long index)
    {
        long first = Read(index, out Batch one), second = Read(index, out Batch other);
        // A set that hands out its own tensors hands out the same ones again: those are not ours.
        foreach ((Tensor a, Tensor b) in one.Inputs.Concat(one.Targets).Zip(other.Inputs.Concat(other.Targets)))
        {
            if (_handsOutItsOwn |= ReferenceEquals(a, b)) continue;
            a.Dispose();
            b.Dispose();
        }
        return first == second;
    }

    private long Read(long index, out Batch batch)
    {
        batch = trial.Example(examples, index);
        return _hash.OfInputs(batch)[0];
    }
}

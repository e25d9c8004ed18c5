using static TorchSharp.torch;

namespace TorchSharp.Layers;

/// <summary>
/// States of a batch of sequences while they are read, longest first. Read forwards, the shortest leave the batch at their end; read
/// backwards, they enter it there, with the state that they start from.
/// </summary>
internal sealed class SequenceStates(Tensor[] start, long count)
{
    private readonly Stack<Tensor[]> ended = new();
    private long present = count;

    /// <summary>States of the sequences in the batch, for an LSTM of hidden and of cell.</summary>
    public Tensor[] Current { get; set; } = Rows(start, 0, count);

    /// <summary>The states of the first so many sequences, which are those that have the next step.</summary>
    public Tensor[] Of(long batch)
    {
        if (batch < present)
        {
            ended.Push(Rows(Current, batch, present - batch));
            Current = Rows(Current, 0, batch);
        }
        else if (batch > present)
        {
            Current = Joined([Current, Rows(start, present, batch - present)]);
        }
        present = batch;
        return Current;
    }

    /// <summary>The last state of every sequence.</summary>
    public Tensor[] Final() => ended.Count == 0 ? Current : Joined([Current, .. ended]);

    static Tensor[] Rows(Tensor[] states, long from, long length) => states[0].shape[0] == length ? states : Array.ConvertAll(states, s => s.narrow(0, from, length));

    static Tensor[] Joined(Tensor[][] parts) => [.. Enumerable.Range(0, parts[0].Length).Select(s => cat(Array.ConvertAll(parts, p => p[s]), 0))];
}

using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>The batches of a setup, drawn once and read by several runs; drawing them leaves the generator of a run alone.</summary>
internal sealed class BatchTape : IDisposable
{
    private readonly Trial _source;
    private readonly List<Batch> _drawn = [];
    private Tensor _generator;

    public BatchTape(Trial source)
    {
        _source = source;
        _generator = get_rng_state().DetachFromDisposeScope();
    }

    /// <summary>The seed from which runs count the seeds of their steps.</summary>
    public long Seed => _source.Setup.Seed;

    /// <summary>From the first batch.</summary>
    public Reader Read() => new(this);

    public void Dispose() => _generator.Dispose();

    private Batch At(int position)
    {
        if (position < _drawn.Count) return _drawn[position];
        using Tensor run = get_rng_state();
        set_rng_state(_generator);
        _drawn.Add(_source.NextBatch());
        _generator.Dispose();
        _generator = get_rng_state().DetachFromDisposeScope();
        set_rng_state(run);
        return _drawn[^1];
    }

    /// <summary>A place among the batches.</summary>
    internal sealed class Reader(BatchTape tape)
    {
        public int Position { get; set; }

        public Batch Next() => tape.At(Position++);
    }
}

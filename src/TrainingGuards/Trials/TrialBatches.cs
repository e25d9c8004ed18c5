using static TorchSharp.torch;

namespace TrainingGuards.Trials;

/// <summary>The batches that a trial has drawn: those that live as long as it, and those of a long training, of which one lives at a time.</summary>
internal sealed class TrialBatches(BatchSource source, nn.Module model) : IDisposable
{
    private readonly List<Tensor> _kept = [];
    private List<Tensor>? _passing;
    private Batch? _first;

    /// <summary>The first batch of all.</summary>
    public Batch First => _first ??= Next();

    /// <summary>The examples of the first batch; null where none was drawn.</summary>
    public long? Size => _first?.Size;

    /// <summary>How many tensors they are made of.</summary>
    public int Tensors => _kept.Count + (_passing?.Count ?? 0);

    /// <summary>The next batch; it lives as long as the trial.</summary>
    public Batch Next()
    {
        Batch batch = Own(source.Next());
        _first ??= batch;
        return batch;
    }

    /// <summary>The next batch of a training of many steps: it lives until another is drawn so, and with it those that the step draws. The first of all stays, and what the model keeps in fields.</summary>
    public Batch Passing()
    {
        var held = new HashSet<Tensor>(ModelTensors.Kept(model), ReferenceEqualityComparer.Instance);
        foreach (Tensor tensor in _passing ?? [])
            if (held.Contains(tensor)) _kept.Add(tensor);
            else tensor.Dispose();
        _passing = [];
        return OfStep();
    }

    /// <summary>A batch that a step asks for: it is needed no longer than the step's own.</summary>
    public Batch OfStep()
    {
        if (_passing is null || _first is null) return Next();
        Batch batch = source.Next();
        _passing.AddRange([.. batch.Inputs, .. batch.Targets]);
        return batch;
    }

    /// <summary>Takes over a batch that was cut out of another: it lives as long as the trial.</summary>
    public Batch Own(Batch batch)
    {
        _kept.AddRange(batch.Inputs.Concat(batch.Targets));
        return batch;
    }

    public void Dispose()
    {
        source.Dispose();
        foreach (Tensor tensor in _kept.Concat(_passing ?? [])) tensor.Dispose();
    }
}

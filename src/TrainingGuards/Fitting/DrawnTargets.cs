using static TorchSharp.torch;

namespace TrainingGuards.Fitting;

/// <summary>Targets of the training examples without their inputs, to be given to others at random.</summary>
internal sealed class DrawnTargets : IDisposable
{
    private const long MostExamples = 8192;

    private readonly List<Tensor[]> _seen = [];
    private Tensor[]? _all;
    private Tensor[] _given = [];

    public DrawnTargets(Trial trial, Examples training)
    {
        long count = 0;
        foreach (Batch batch in trial.Epoch(training))
        {
            using (no_grad())
                _seen.Add([.. batch.Targets.Select(target => target.to(trial.Device, copy: true).detach().DetachFromDisposeScope())]);
            if ((count += batch.Size) >= MostExamples) break;
        }
    }

    /// <summary>The batch with targets of examples that are drawn anew each time; where their shapes do not fit together, with its own in a random order. They live until the next are drawn.</summary>
    public Batch Give(Batch batch)
    {
        _all ??= Joined();
        using Tensor order = _all.Length > 0 ? randint(_all[0].shape[0], [batch.Size], dtype: ScalarType.Int64) : randperm(batch.Size);
        using Tensor at = order.to(batch.Targets[0].device);
        int k = 0;
        Tensors targets = batch.Targets.Select(target => (_all.Length > 0 ? _all[k++] : target).index_select(0, at));
        foreach (Tensor tensor in _given) tensor.Dispose();
        _given = [.. targets];
        return batch with { Targets = targets };
    }

    public void Dispose()
    {
        foreach (Tensor tensor in _seen.SelectMany(tensors => tensors).Concat(_all ?? []).Concat(_given)) tensor.Dispose();
    }

    private Tensor[] Joined()
    {
        bool fit = _seen.TrueForAll(targets => targets.Length == _seen[0].Length && targets.Zip(_seen[0]).All(pair => pair.First.shape.AsSpan()[1..].SequenceEqual(pair.Second.shape.AsSpan()[1..])));
        return fit && _seen.Count > 0 ? [.. Enumerable.Range(0, _seen[0].Length).Select(k => cat([.. _seen.Select(targets => targets[k])], 0).DetachFromDisposeScope())] : [];
    }
}

using static TorchSharp.torch;

namespace TrainingGuards.Exhibits;

/// <summary>The examples of the highest loss in a pass, kept where they are.</summary>
internal sealed class WorstExamples : IDisposable
{
    private const int Kept = ImageSheet.Most;

    private Tensor? _losses, _numbers;
    private Batch? _examples;
    private int _inputs;

    /// <summary>How many losses were compared.</summary>
    public long Seen { get; private set; }

    /// <summary>The highest losses, in falling order; null where none was seen.</summary>
    public Tensor? Losses => _losses;

    /// <summary>Which examples of the pass they are of, counted from 0.</summary>
    public Tensor? Numbers => _numbers;

    /// <summary>Their inputs; null where examples of several batches do not fit together.</summary>
    public Tensors? Inputs => _examples is null ? null : _examples.Inputs.With([.. _examples.Inputs.Take(_inputs)]);

    /// <summary>What the model made of them.</summary>
    public Tensors? Outputs => _examples is null ? null : new([.. _examples.Inputs.Skip(_inputs)]);

    /// <summary>What they should be.</summary>
    public Tensors? Targets => _examples?.Targets;

    /// <summary>Takes in a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="outputs">What the model made of it, a row an example.</param>
    /// <param name="losses">Its losses, one an example: <c>[examples]</c>.</param>
    public void See(Batch batch, Tensors outputs, Tensor losses)
    {
        using var scope = NewDisposeScope();
        _inputs = batch.Inputs.Count;
        Tensor numbers = arange(Seen, Seen + batch.Size, dtype: ScalarType.Int64, device: losses.device);
        var joined = new Batch(batch.Inputs.With([.. batch.Inputs, .. outputs]), batch.Targets);
        bool fits = Seen == 0 || _examples is not null;
        Batch? all = fits ? _examples is null ? joined : Batch.Join([_examples, joined]) : null;
        if (_losses is not null) (losses, numbers) = (cat([_losses, losses]), cat([_numbers!, numbers]));
        // What is not finite is worse than any number.
        (_, Tensor worst) = losses.nan_to_num(double.MaxValue, double.MaxValue, double.MinValue).topk((int)Math.Min(Kept, losses.numel()));
        Batch? kept = all is null ? null : new Batch(all.Inputs.Select(one => Row(one, worst, all.Size)), all.Targets.Select(one => Row(one, worst, all.Size)));
        (Tensor keptLosses, Tensor keptNumbers) = (losses.index_select(0, worst), numbers.index_select(0, worst));
        Dispose();
        (_losses, _numbers, _examples) = (keptLosses.DetachFromDisposeScope(), keptNumbers.DetachFromDisposeScope(), kept);
        foreach (Tensor tensor in kept is null ? [] : kept.Inputs.Concat(kept.Targets)) tensor.DetachFromDisposeScope();
        Seen += batch.Size;
    }

    public void Dispose()
    {
        _losses?.Dispose();
        _numbers?.Dispose();
        foreach (Tensor tensor in _examples is null ? [] : _examples.Inputs.Concat(_examples.Targets)) tensor.Dispose();
    }

    private static Tensor Row(Tensor tensor, Tensor worst, long size) => tensor.dim() > 0 && tensor.shape[0] == size ? tensor.index_select(0, worst.to(tensor.device)) : tensor.clone();
}

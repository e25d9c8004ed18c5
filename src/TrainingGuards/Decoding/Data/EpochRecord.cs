using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>What an epoch was made of: for each example a hash of its inputs and its labels, and how they were cut into batches.</summary>
internal sealed class EpochRecord
{
    private readonly List<long> _hashes = [];
    private readonly List<int> _sizes = [];
    private readonly List<IReadOnlyList<TargetRows>> _targets = [];
    private IReadOnlyList<LabelColumn>? _labels;
    private Tensor? _lastTargets;
    private string? _shape;
    private int _links, _linked;

    /// <summary>A hash of the inputs of each example, in order.</summary>
    public IReadOnlyList<long> Hashes => _hashes;

    /// <summary>The size of each batch.</summary>
    public IReadOnlyList<int> Sizes => _sizes;

    /// <summary>Whether the epoch came to its end, not cut short by the check.</summary>
    public bool Ended { get; private set; }

    /// <summary>Whether inputs of different batches differ in shape, as sequences padded to the longest of a batch do.</summary>
    public bool ShapesVary { get; private set; }

    /// <summary>Whether every batch begins with the tokens that the targets of the one before end with: sequences that go on from batch to batch.</summary>
    public bool Continues => _links >= 16 && _linked == _links;

    /// <summary>The labels of all examples, in order.</summary>
    public IReadOnlyList<LabelColumn> Labels => _labels ??= LabelColumn.Joined(_targets);

    /// <summary>The batches of an epoch, up to a number of examples.</summary>
    public static EpochRecord Of(IEnumerable<Batch> epoch, int examples)
    {
        var record = new EpochRecord { Ended = true };
        using var hash = new ExampleHash();
        try
        {
            foreach (Batch batch in epoch)
            {
                record.Add(batch, hash);
                if (record.Hashes.Count < examples) continue;
                record.Ended = false;
                break;
            }
        }
        finally
        {
            record._lastTargets?.Dispose();
        }
        return record;
    }

    /// <summary>Whether a batch has the examples of an earlier one, in the same order; null where none has.</summary>
    public (int Later, int Earlier)? Repetition()
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        int from = 0;
        for (int k = 0; k < Sizes.Count; from += Sizes[k], k++)
        {
            string content = string.Join(',', _hashes.GetRange(from, Sizes[k]));
            if (!seen.TryAdd(content, k)) return (k, seen[content]);
        }
        return null;
    }

    private void Add(Batch batch, ExampleHash hash)
    {
        _hashes.AddRange(hash.OfInputs(batch));
        _sizes.Add((int)batch.Size);
        _targets.Add(TargetRows.Of(batch));
        string shape = string.Join(' ', batch.Inputs.Select(input => string.Join('×', input.shape.Skip(1))));
        ShapesVary |= _shape is not null && shape != _shape;
        _shape = shape;
        Link(batch);
    }

    private void Link(Batch batch)
    {
        if (batch.Inputs.Count == 0 || batch.Targets.Count == 0) return;
        Tensor input = batch.Inputs[0], target = batch.Targets[0];
        using var scope = NewDisposeScope();
        if (input.dim() == 2 && _lastTargets is { } last && last.dtype == input.dtype && last.shape[0] == batch.Size)
        {
            _links += (int)batch.Size;
            _linked += (int)input.select(1, 0).eq(last).sum().ToInt64();
        }
        _lastTargets?.Dispose();
        _lastTargets = input.dim() == 2 && target.shape.SequenceEqual(input.shape) ? target.detach().select(1, -1).clone().DetachFromDisposeScope() : null;
    }
}

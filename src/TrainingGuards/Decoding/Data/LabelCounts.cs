using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>How many examples each class of a target has: of class indices, or of columns of zeros and ones; counted where the data is.</summary>
internal sealed class LabelCounts(string name, long ignoreIndex) : IDisposable
{
    private const long MostClasses = 10_000_000;

    private Tensor? _counts, _ones;
    private bool _isBinary = true, _isTooMany;

    /// <summary>The target in the user's words.</summary>
    public string Name { get; } = name;

    /// <summary>How many examples, or positions of masks, were counted.</summary>
    public long Total { get; private set; }

    /// <summary>What a target is to be counted by.</summary>
    public LabelKind Kind { get; private set; }

    /// <summary>The number of examples of each class up to the highest that occurs, or with a 1 in each column.</summary>
    public double[] Counts
    {
        get
        {
            using var scope = NewDisposeScope();
            return _counts is { } counts ? HostNumbers.Of(counts) : _ones is { } ones ? HostNumbers.Of(ones) : [];
        }
    }

    /// <summary>Counts an epoch of a set: for each target what it has; dispose of them.</summary>
    /// <param name="trial">Whose epoch is read.</param>
    /// <param name="examples">The set.</param>
    /// <param name="read">Called with each batch.</param>
    public static IReadOnlyList<LabelCounts> OfEpoch(Trial trial, Examples examples, Action<Batch>? read = null)
    {
        var targets = new List<LabelCounts>();
        try
        {
            foreach (Batch batch in trial.Epoch(examples))
            {
                while (targets.Count < batch.Targets.Count) targets.Add(new(batch.Targets.NameOf(targets.Count, "target"), trial.Setup.IgnoreIndex));
                for (int i = 0; i < batch.Targets.Count; i++) targets[i].See(batch.Targets[i], batch.Inputs);
                read?.Invoke(batch);
            }
            return targets;
        }
        catch
        {
            targets.ForEach(target => target.Dispose());
            throw;
        }
    }

    /// <summary>Counts a batch.</summary>
    /// <param name="target">The target.</param>
    /// <param name="inputs">The inputs: a target of as many numbers as one of them is a picture of it, not labels.</param>
    public void See(Tensor target, Tensors inputs)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        Tensor values = target.detach();
        if (!values.is_floating_point() && values.dtype != ScalarType.Bool)
        {
            // Tokens are not balanced, and rightly so; the pixels of masks are counted.
            Kind = values.dim() == 2 && values.shape[1] > 1 ? LabelKind.Tokens : LabelKind.Classes;
            if (Kind == LabelKind.Tokens) return;
            Tensor flat = values.flatten().to(ScalarType.Int64), real = flat.masked_select(flat.ne(ignoreIndex).logical_and(flat.ge(0)));
            if (real.numel() == 0) return;
            if (_isTooMany |= real.max().ToInt64() > MostClasses)
            {
                Kind = LabelKind.Numbers;
                return;
            }
            Tensor counts = real.bincount(null);
            if (_counts is not null)
            {
                long longest = Math.Max(_counts.numel(), counts.numel());
                counts = Padded(_counts, longest) + Padded(counts, longest);
            }
            Replace(ref _counts, counts);
            Total += real.numel();
            return;
        }
        if (values.dim() is 0 or > 2 || (values.dim() == 2 && values.shape[1] > 1 && inputs.Any(input => input.numel() == values.numel()))) _isBinary = false;
        if (!_isBinary)
        {
            Kind = LabelKind.Numbers;
            return;
        }
        Tensor columns = values.reshape(values.shape[0], -1).to(ScalarType.Float64);
        _isBinary = columns.eq(0).logical_or(columns.eq(1)).all().ToBoolean();
        Kind = _isBinary ? LabelKind.Columns : LabelKind.Numbers;
        if (!_isBinary) return;
        Tensor ones = columns.sum([0L]);
        Replace(ref _ones, _ones is null ? ones : _ones + ones);
        Total += columns.shape[0];
    }

    public void Dispose()
    {
        _counts?.Dispose();
        _ones?.Dispose();
    }

    private static Tensor Padded(Tensor counts, long length) =>
        counts.numel() == length ? counts : cat([counts, zeros(length - counts.numel(), dtype: counts.dtype, device: counts.device)]);

    private static void Replace(ref Tensor? kept, Tensor now)
    {
        kept?.Dispose();
        kept = now.DetachFromDisposeScope();
    }
}

using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Some examples, joined from batches: their inputs, made small, and their labels.</summary>
internal sealed class LabelledInputs : IDisposable
{
    private const long Side = 32, MostFeatures = 4096, Bag = 1024;

    private readonly List<List<Tensor>> _inputs = [];
    private readonly List<IReadOnlyList<TargetRows>> _targets = [];
    private readonly List<Tensor> _alike = [];

    /// <summary>How many examples there are.</summary>
    public int Count { get; private set; }

    /// <summary>The labels of all examples.</summary>
    public IReadOnlyList<LabelColumn> Labels => LabelColumn.Joined(_targets);

    /// <summary>The first examples of some batches.</summary>
    public static LabelledInputs Of(IEnumerable<Batch> batches, int examples)
    {
        var joined = new LabelledInputs();
        try
        {
            foreach (Batch batch in batches)
            {
                joined.Add(batch);
                if (joined.Count >= examples) break;
            }
            return joined;
        }
        catch
        {
            joined.Dispose();
            throw;
        }
    }

    /// <summary>The examples of one set, and after them those of another.</summary>
    public static LabelledInputs Joined(LabelledInputs first, LabelledInputs second)
    {
        var joined = new LabelledInputs { Count = first.Count + second.Count };
        joined._inputs.AddRange(first._inputs.Zip(second._inputs).Select(pair => (List<Tensor>)[.. pair.First.Concat(pair.Second).Select(tensor => tensor.alias().DetachFromDisposeScope())]));
        joined._targets.AddRange([.. first._targets, .. second._targets]);
        joined._alike.AddRange(first._alike.Concat(second._alike).Select(tensor => tensor.alias().DetachFromDisposeScope()));
        return joined;
    }

    /// <summary>
    /// A row of numbers an example, at most 4096 an input: tables column by column at a standard deviation of 1, images averaged to 32 × 32 pixels, tokens as one column a token and place, or counted; each input as large as another.
    /// </summary>
    public Tensor Features() => cat([.. _inputs.Select(parts => parts.Count == 0 ? null : OfInput(parts)).OfType<Tensor>()], 1);

    /// <summary>The first input and the only target of all examples, a row each, where they have the same shape, as an autoencoder's have; null where they have not.</summary>
    public (Tensor Inputs, Tensor Targets)? Alike()
    {
        if (_alike.Count == 0 || _alike.Sum(part => part.shape[0]) != Count || _alike.Any(part => part.shape[1] != _alike[0].shape[1]) || _inputs[0].Sum(part => part.shape[0]) != Count) return null;
        Tensor targets = cat([.. _alike], 0), inputs = cat([.. _inputs[0].Select(part => part.reshape(part.shape[0], -1))], 0);
        return inputs.shape[1] == targets.shape[1] && inputs.is_floating_point() ? (inputs, targets.to(inputs.device)) : null;
    }

    public void Dispose()
    {
        foreach (Tensor tensor in _inputs.SelectMany(parts => parts).Concat(_alike)) tensor.Dispose();
    }

    private void Add(Batch batch)
    {
        using var grad = no_grad();
        for (int i = 0; i < batch.Inputs.Count; i++)
        {
            if (_inputs.Count <= i) _inputs.Add([]);
            Tensor input = batch.Inputs[i];
            if (input.dim() == 0 || input.shape[0] != batch.Size) continue;
            using var scope = NewDisposeScope();
            _inputs[i].Add(Small(input.detach()).DetachFromDisposeScope());
        }
        _targets.Add(TargetRows.Of(batch));
        if (batch.Inputs.Count > 0 && batch.Targets.Count == 1 && batch.Targets[0] is var target && target.is_floating_point() && batch.Inputs[0].is_floating_point() && target.dim() > 1 && target.shape[0] == batch.Size && target.numel() == batch.Inputs[0].numel())
        {
            using var scope = NewDisposeScope();
            Tensor small = Small(target.detach().reshape(batch.Inputs[0].shape));
            _alike.Add(small.reshape(batch.Size, -1).DetachFromDisposeScope());
        }
        Count += (int)batch.Size;
    }

    private static Tensor Small(Tensor input)
    {
        if (!IsNumber(input)) return input.to(ScalarType.Int64, copy: true);
        Tensor numbers = input.to(ScalarType.Float32, copy: true).nan_to_num(0, 0, 0);
        if (numbers.dim() == 4 && (numbers.shape[2] > Side || numbers.shape[3] > Side))
            numbers = nn.functional.adaptive_avg_pool2d(numbers, (Math.Min(Side, numbers.shape[2]), Math.Min(Side, numbers.shape[3])));
        return numbers;
    }

    // Whole numbers of two dimensions are tokens or categories; of more, pixels.
    private static bool IsNumber(Tensor input) => input.is_floating_point() || input.dim() > 2;

    private static Tensor OfInput(List<Tensor> parts)
    {
        bool sameShape = parts.All(part => part.shape.Skip(1).SequenceEqual(parts[0].shape.Skip(1)));
        Tensor rows = parts[0].is_floating_point()
            ? cat([.. parts.Select(part => sameShape ? part.reshape(part.shape[0], -1) : Summary(part))], 0)
            : OfTokens(parts, sameShape);
        if (rows.shape[1] > MostFeatures)
            rows = rows.index_select(1, (arange(MostFeatures, dtype: ScalarType.Int64, device: rows.device) * rows.shape[1]).div(MostFeatures, RoundingMode.floor).to(ScalarType.Int64));
        rows = rows - rows.mean([0L], keepdim: true);
        bool table = parts[0].dim() == 2 && parts[0].is_floating_point();
        Tensor deviation = table ? rows.square().mean([0L], keepdim: true).sqrt() : rows.square().mean().sqrt();
        return rows / deviation.clamp(min: 1e-12) / Math.Sqrt(rows.shape[1]);
    }

    // Of inputs that differ in size: what is left of them whatever it is.
    private static Tensor Summary(Tensor part)
    {
        Tensor rows = part.reshape(part.shape[0], -1);
        return stack([rows.mean([1L]), rows.square().mean([1L]).sqrt(), rows.amin([1L]), rows.amax([1L])], 1);
    }

    private static Tensor OfTokens(List<Tensor> parts, bool sameShape)
    {
        long width = parts[0].dim() > 1 ? parts[0].shape[1] : 1;
        long vocabulary = Math.Max(1, parts.Max(part => part.max().ToInt64()) + 1), columns = Math.Min(vocabulary, MostFeatures / Math.Max(1, width));
        if (sameShape && columns >= Math.Min(vocabulary, 8))
            return cat([.. parts.Select(part => nn.functional.one_hot(part.reshape(part.shape[0], -1).remainder(columns), columns).to(ScalarType.Float32).flatten(1))], 0);
        return cat([.. parts.Select(part => nn.functional.one_hot(part.reshape(part.shape[0], -1).remainder(Bag), Bag).to(ScalarType.Float32).mean([1L]))], 0);
    }
}

using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Where time is in the inputs of a model of sequences, and what else could stand at each of its positions.</summary>
internal sealed class TimeAxis
{
    private readonly Batch _batch;
    private readonly Dictionary<int, Tensor> _others = [];

    private TimeAxis(Batch batch, int dimension, long length, IReadOnlyList<int> inputs)
    {
        (_batch, Dimension, Length) = (batch, dimension, length);
        Examples = batch.Inputs[inputs[0]].shape[dimension == 0 ? 1 : 0];
        Inputs = inputs;
    }

    /// <summary>The dimension of the inputs that counts time.</summary>
    public int Dimension { get; }

    /// <summary>How many positions there are.</summary>
    public long Length { get; }

    /// <summary>How many sequences there are.</summary>
    public long Examples { get; }

    /// <summary>The inputs that have something to be seen at each position, by their numbers.</summary>
    public IReadOnlyList<int> Inputs { get; }

    /// <summary>Whether the inputs are tokens; numbers else.</summary>
    public bool OfTokens => !_batch.Inputs[Inputs[0]].is_floating_point();

    /// <summary>Ones where a sequence has a token that is not padding, of shape [sequence, time].</summary>
    public Tensor Real { get; private init; } = null!;

    /// <summary>Whether another dimension of the inputs may count time as well.</summary>
    public bool IsUndecided { get; private init; }

    /// <summary>How many positions there are up to the last at which some sequence has a token.</summary>
    public int Used { get; private init; }

    /// <summary>Finds time in a batch; null where its inputs are no sequences, or have too little in them.</summary>
    /// <param name="setup">The setup.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="dimension">The dimension that counts time; null where it is to be found: 1 in tokens, and in numbers the one that the outputs have too.</param>
    /// <param name="input">The input that is looked at; null for all that have time.</param>
    /// <param name="outputs">What the model makes of the batch.</param>
    public static TimeAxis? In(Setup setup, Batch batch, int? dimension, int? input, Tensors outputs)
    {
        for (int i = 0; i < batch.Inputs.Count; i++)
        {
            if (input is not null && input != i) continue;
            Tensor tensor = batch.Inputs[i];
            if (!HasContent(tensor)) continue;
            int[] dimensions = dimension is { } told ? [told] : tensor.is_floating_point() ? tensor.dim() == 3 ? [1, 2] : [] : tensor.dim() == 2 ? [1] : [];
            int[] found = [.. dimensions.Where(d => d < tensor.dim() && outputs.Any(output => output.is_floating_point() && CountsTime(output, tensor, d, told: dimension is not null)))];
            if (found.Length == 0) continue;
            long length = tensor.shape[found[0]];
            int[] inputs = [.. Enumerable.Range(0, batch.Inputs.Count).Where(k => (input is null || input == k)
                && HasContent(batch.Inputs[k]) && batch.Inputs[k].dim() > found[0] && batch.Inputs[k].shape[found[0]] == length && batch.Inputs[k].is_floating_point() == tensor.is_floating_point())];
            Tensor real = RealOf(setup, tensor, found[0]);
            double[] used = HostNumbers.Of(real.amax([0L]));
            return new(batch, found[0], length, inputs) { Real = real, IsUndecided = found.Length > 1, Used = 1 + Array.FindLastIndex(used, one => one != 0) };
        }
        return null;
    }

    /// <summary>An output with its examples and its time in front, [examples, time, …]; null where it has none.</summary>
    public Tensor? ByTime(Tensor tensor) => ByTime(tensor, told: true).FirstOrDefault();

    /// <summary>Each way in which a tensor may have examples and time in it, as [examples, time, …].</summary>
    public IEnumerable<Tensor> Ways(Tensor tensor) => ByTime(tensor, told: false);

    /// <summary>Whether an output has several dimensions that may count time.</summary>
    public bool IsAmbiguous(Tensor output) => Enumerable.Range(0, (int)output.dim()).Count(d => d != (Dimension == 0 ? 1 : 0) && output.shape[d] == Length) > 1;

    /// <summary>The batch without its last position, wherever time is in it.</summary>
    public Batch Shortened() => new(_batch.Inputs.Select(Shorten), _batch.Targets.Select(Shorten));

    /// <summary>The batch with something else at the positions from one to another; padding stays padding, and tokens stay tokens.</summary>
    public Batch Replaced(int from, int to)
    {
        int at = 0;
        return _batch with { Inputs = _batch.Inputs.Select(input => Inputs.Contains(at++) ? Replace(input, at - 1, from, to) : input) };
    }

    /// <summary>The batch with something else throughout its first sequence.</summary>
    public Batch FirstReplaced()
    {
        int batch = Dimension == 0 ? 1 : 0, at = 0;
        Tensors all = Replaced(0, (int)Length).Inputs;
        return _batch with { Inputs = _batch.Inputs.Select(input => Inputs.Contains(at++) ? cat([all[at - 1].narrow(batch, 0, 1), input.narrow(batch, 1, Examples - 1)], batch) : input) };
    }

    private static bool CountsTime(Tensor output, Tensor input, int d, bool told)
    {
        long length = input.shape[d], examples = input.shape[d == 0 ? 1 : 0];
        bool flat = output.dim() >= 2 && output.shape[0] == length * examples;
        bool apart = (told || output.dim() >= 3) && output.dim() >= 2 && Enumerable.Range(0, (int)output.dim()).Any(k => k != (d == 0 ? 1 : 0) && output.shape[k] == length);
        return length > 1 && (flat || apart);
    }

    // A mask and the numbers of positions say where something is, and not what.
    internal static bool HasContent(Tensor input)
    {
        if (input.dim() < 2 || input.dtype == ScalarType.Bool || input.is_complex()) return false;
        if (input.is_floating_point()) return true;
        using var scope = NewDisposeScope();
        return input.max().ToInt64() > 1 && input.ne(input.narrow(0, 0, 1)).any().ToBoolean();
    }

    private static Tensor RealOf(Setup setup, Tensor input, int dimension)
    {
        Tensor real = input.is_floating_point() || setup.PaddingIndex is not { } padding ? ones_like(input, dtype: ScalarType.Float64) : input.ne(padding).to(ScalarType.Float64);
        Tensor first = dimension == 0 ? real.transpose(0, 1) : real.movedim([(long)dimension], [1L]);
        return first.dim() > 2 ? first.flatten(2).amax([2L]) : first;
    }

    private IEnumerable<Tensor> ByTime(Tensor tensor, bool told)
    {
        int batch = Dimension == 0 ? 1 : 0;
        int[] dimensions = [.. Enumerable.Range(0, (int)tensor.dim()).Where(d => tensor.shape[d] == Length).OrderBy(d => d == Dimension ? 0 : 1)];
        foreach (int d in dimensions)
        {
            int with = tensor.dim() > batch && batch != d && tensor.shape[batch] == Examples ? batch : Array.FindIndex(tensor.shape, size => size == Examples);
            if (with == d) with = -1;
            if (told && with < 0) continue;
            Tensor moved = with < 0 ? tensor.movedim([(long)d], [0L]).unsqueeze(0) : tensor.movedim([with, d], [0L, 1L]);
            yield return moved.reshape(moved.shape[0], Length, -1);
        }
        if (dimensions.Length > 0 || tensor.dim() == 0 || tensor.shape[0] != Length * Examples) yield break;
        Tensor byExample = tensor.reshape(Examples, Length, -1), byTime = tensor.reshape(Length, Examples, -1).transpose(0, 1);
        if (Dimension == 0) (byExample, byTime) = (byTime, byExample);
        yield return byExample;
        if (!told) yield return byTime;
    }

    private Tensor Shorten(Tensor tensor)
    {
        for (int d = 0; d < tensor.dim(); d++)
            if (tensor.shape[d] == Length && d != (Dimension == 0 ? 1 : 0)) tensor = tensor.narrow(d, 0, Length - 1);
        return tensor;
    }

    private Tensor Replace(Tensor input, int number, int from, int to)
    {
        if (!_others.TryGetValue(number, out Tensor? other)) _others[number] = other = Other(input);
        return cat([input.narrow(Dimension, 0, from), other.narrow(Dimension, from, to - from), input.narrow(Dimension, to, Length - to)], Dimension);
    }

    // Of each token another that occurs, of each number that of another sequence.
    private Tensor Other(Tensor input)
    {
        if (input.is_floating_point())
        {
            Tensor rolled = input.roll(1, Dimension == 0 ? 1 : 0);
            return where(rolled.eq(input), input + randn_like(input), rolled);
        }
        Tensor tokens = input.to(ScalarType.Int64);
        Tensor real = Real.transpose(0, Dimension == 0 ? 1 : 0).ne(0).reshape([.. Dimension == 0 ? new[] { Length, Examples } : [Examples, Length], .. Enumerable.Repeat(1L, (int)input.dim() - 2)]).expand(input.shape);
        Tensor present = zeros(tokens.max().ToInt64() + 1, dtype: ScalarType.Int64, device: input.device);
        present = present.index_fill(0, tokens.masked_select(real), 1);
        Tensor known = present.nonzero().flatten(), rank = present.cumsum(0) - 1;
        if (known.numel() < 2) return input;
        Tensor others = (rank.index_select(0, tokens.flatten()).reshape(tokens.shape) + randint(1, known.numel(), tokens.shape, device: input.device)).remainder(known.numel());
        return where(real, known.index_select(0, others.flatten()).reshape(tokens.shape), tokens).to(input.dtype);
    }
}

using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>How a loss goes by which examples are in the batch, how often, in which order, and with whose targets.</summary>
internal sealed class LossStructure
{
    /// <summary>What sums in another order differ by in float32, relative to the loss.</summary>
    public const double Rounding = 1e-5;

    /// <summary>What a change must be to count as one.</summary>
    public const double Tolerance = 1e-4;

    private const int Singles = 4, Exchanges = 3;

    // The weight of one example among n is known n times less exactly than its loss.
    private const double Shown = 5e-4;

    private readonly LossOfExamples _loss;
    private readonly long[] _all, _some;
    private readonly double[,] _pairs;

    /// <param name="loss">The loss.</param>
    /// <param name="examples">How many examples are tried: an even number.</param>
    public LossStructure(LossOfExamples loss, int examples)
    {
        _loss = loss;
        _all = [.. Enumerable.Range(0, examples).Select(i => (long)i)];
        Once = loss.Of(_all);
        Noise = Math.Abs(loss.Of(_all, _all, seed: 1) - Once);
        Terms = loss.Terms(_all, _all);
        TermsTwice = loss.Terms([.. _all, .. _all], [.. _all, .. _all]);
        Twice = TermsTwice.Sum(term => term.Value);
        long[] order = Order(examples);
        Moved = loss.Of(order);
        long[][] others = Others();
        // One exchange may change nothing by chance, where an untrained model says nearly the same of all.
        Exchanged = others.Length == 0 ? null : others.Select(targets => loss.Of(_all, targets)).MaxBy(value => Math.Abs(value - Once));
        // Pairs of one example with itself, so that a loss that squeezes a batch of one is asked for none.
        _some = Distinct();
        int m = _some.Length;
        _pairs = new double[m, m];
        for (int i = 0; i < m; i++)
            for (int j = 0; j < m; j++)
                if (i == j || others.Length > 0) _pairs[i, j] = loss.Of([_some[i], _some[i]], [_some[j], _some[j]]);
        Some = loss.Of(_some);
        Own = Enumerable.Range(0, m).Average(i => _pairs[i, i]);
        Every = _pairs.Cast<double>().Average();
        // An example whose target is ignored as a whole has no loss of its own.
        double[] sizes = [.. Enumerable.Range(0, m).Select(i => Math.Abs(_pairs[i, i])).Where(double.IsFinite)];
        Scale = Math.Max(Math.Max(Math.Abs(Once), sizes.Length == 0 ? 0 : sizes.Average()), double.Epsilon);
    }

    /// <summary>How many examples are tried.</summary>
    public int Examples => _all.Length;

    /// <summary>The loss of the examples.</summary>
    public double Once { get; }

    /// <summary>The loss of the examples, each given twice.</summary>
    public double Twice { get; }

    /// <summary>The loss of the examples in another order.</summary>
    public double Moved { get; }

    /// <summary>The loss of the examples with each other's targets; null where all targets are the same.</summary>
    public double? Exchanged { get; }

    /// <summary>By how much the loss of the same outputs and targets differs from another seed.</summary>
    public double Noise { get; }

    /// <summary>The loss of a few examples.</summary>
    public double Some { get; }

    /// <summary>The mean of the losses of these few, each alone.</summary>
    public double Own { get; }

    /// <summary>The mean over all pairs of one's output and another's target.</summary>
    public double Every { get; }

    /// <summary>What differences are compared with: |loss|, or the mean size of the examples' own losses where these cancel.</summary>
    public double Scale { get; }

    public (string Name, double Value)[] Terms { get; }

    public (string Name, double Value)[] TermsTwice { get; }

    public bool Draws => Noise > Rounding * Scale;

    public bool GrowsWithNumber => !Near(Twice, Once, Tolerance);

    public bool GoesByOrder => !Near(Moved, Once, Tolerance);

    public bool IgnoresPairing => Exchanged is { } exchanged && Near(exchanged, Once, Rounding);

    /// <summary>Whether no target of another makes a difference to an example's loss.</summary>
    public bool IgnoresTargets => Enumerable.Range(0, _some.Length).All(i => Enumerable.Range(0, _some.Length).All(j => Near(_pairs[i, j], _pairs[i, i], Rounding)));

    /// <summary>Whether the loss is the mean over all pairs of an output and a target, and that is another number than the mean over examples.</summary>
    public bool IsOverAllPairs => IgnoresPairing && !Near(Every, Own, 10 * Tolerance) && Near(Some, Every, Tolerance);

    /// <summary>The part of the loss that is a sum over examples; null where the loss does not grow like one.</summary>
    public double? SumPart()
    {
        long[] threefold = [.. _all, .. _all, .. _all];
        double part = Twice - Once;
        if (!Near(_loss.Of(threefold), Once + (2 * part), Tolerance)) return null;
        // A mean of both halves is their mean, a sum their sum. Halves of a mean with weights need not be, so a sum alone is asked more exactly than one beside a mean.
        int half = _all.Length / 2;
        double halves = _loss.Of(_all[..half]) + _loss.Of(_all[half..]);
        return Near(halves, (2 * (Once - part)) + part, Near(part, Once, Tolerance) ? Tolerance : 0.05) ? part : null;
    }

    /// <summary>Whether the loss is divided by the number of examples once too often.</summary>
    public bool IsDividedTwice() => Near(2 * Twice, Once, Tolerance) && Near(3 * _loss.Of([.. _all, .. _all, .. _all]), Once, Tolerance) && !Near(Once, 0, Tolerance);

    /// <summary>Whether a softmax runs over the examples: the loss grows by log k, and does not see what is added to a column, as it does not to a row where the softmax is over classes.</summary>
    public bool IsSoftmaxOverExamples()
    {
        if (Math.Abs(Twice - Once - Math.Log(2)) > Tolerance * Math.Max(1, Scale)) return false;
        Tensor ByColumn(Tensor output) => output + randn_like(output.narrow(0, 0, 1));
        Tensor ByRow(Tensor output) => output + randn_like(output.narrow(-1, 0, 1));
        return _loss.Outputs.All(output => output.dim() == 2) && Near(_loss.OfChanged(_all, ByColumn), Once, Tolerance) && !Near(_loss.OfChanged(_all, ByRow), Once, Tolerance);
    }

    /// <summary>
    /// Whether the loss is a weighted mean over examples, as ignored tokens and weights of classes make it: from an example's own loss, that of the others and that of all, its weight
    /// follows, and foretells the loss where it is given more often.
    /// </summary>
    public bool IsWeightedMean()
    {
        if (_all.Length < 4) return true;
        int own = Enumerable.Range(0, _some.Length).MaxBy(i => double.IsFinite(_pairs[i, i]) ? Math.Abs(_pairs[i, i] - Once) : -1);
        long example = _some[own];
        double first = _pairs[own, own], second = _loss.Of([.. _all.Where(i => i != example)]);
        if (!double.IsFinite(first) || !double.IsFinite(second)) return true;
        if (Near(first, second, Shown)) return Near(first, Once, Shown);
        int often = _all.Length;
        double weight = (Once - second) / (first - second), repeated = weight * (1 + often);
        return weight is >= -Tolerance and <= 1 + Tolerance
            && Near(_loss.Of([.. _all, .. Enumerable.Repeat(example, often)]), ((repeated * first) + ((1 - weight) * second)) / (repeated + 1 - weight), Shown);
    }

    /// <summary>
    /// For each example the others whose targets its outputs are compared with, where every number of the outputs is compared with the target of one example at most;
    /// null where some are compared with several, as by weights or by pairs.
    /// </summary>
    public IReadOnlyList<(long Example, long Other)>? Mispaired()
    {
        using var scope = NewDisposeScope();
        long[] examples = _all[..Math.Min(_all.Length, 8)];
        int n = examples.Length;
        Tensor own = _loss.Gradient(examples, examples), owners = _loss.Owners(examples);
        // Where the loss leaves out the outputs of some examples it goes by their places on purpose.
        if (HostNumbers.Of(stack([.. Enumerable.Range(0, n).Select(i => own.ne(0).logical_and(owners.eq(i)).any())], 0)).Contains(0)) return null;
        double noise = Rounding * own.abs().max().ToDouble();
        Tensor reactions = zeros_like(owners);
        var pairs = new List<(long, long)>();
        for (int j = 0; j < n; j++)
        {
            int other = Enumerable.Range(1, n - 1).Select(step => (j + step) % n).FirstOrDefault(k => !SameTargets(examples[j], examples[k]), -1);
            if (other < 0) return null;
            long[] replaced = [.. examples];
            replaced[j] = examples[other];
            Tensor reacts = (_loss.Gradient(examples, replaced) - own).abs().gt(noise);
            reactions = reactions + reacts.to(ScalarType.Int64);
            double[] rows = HostNumbers.Of(stack([.. Enumerable.Range(0, n).Select(i => reacts.logical_and(owners.eq(i)).any())], 0));
            pairs.AddRange(Enumerable.Range(0, n).Where(i => i != j && rows[i] != 0).Select(i => (examples[i], examples[j])));
        }
        return reactions.max().ToInt64() <= 1 && pairs.Count > 0 ? pairs : null;
    }

    private bool Near(double a, double b, double tolerance) => Math.Abs(a - b) <= tolerance * Scale;

    private static long[] Order(int n)
    {
        manual_seed(0);
        using Tensor order = randperm(n);
        long[] positions = HostNumbers.Integers(order);
        return positions.Select((at, i) => at == i).All(still => still) ? [.. positions.Select(at => (at + 1) % n)] : positions;
    }

    /// <summary>Each example with the target of another, by the shifts that change most; none where all are the same.</summary>
    private long[][] Others()
    {
        int n = _all.Length;
        return [.. Enumerable.Range(1, n - 1)
            .Select(shift => (Shift: shift, Changes: _all.Count(i => !SameTargets(i, (i + shift) % n))))
            .Where(one => one.Changes > 0)
            .OrderByDescending(one => one.Changes)
            .Take(Exchanges)
            .Select(one => _all.Select(i => (i + one.Shift) % n).ToArray())];
    }

    /// <summary>A few examples, of which two at least have different targets where there are such.</summary>
    private long[] Distinct()
    {
        long[] different = [.. _all.Where(i => !SameTargets(0, i)).Take(Singles / 2)];
        return [.. _all.Except(different).Take(Singles - different.Length), .. different];
    }

    private bool SameTargets(long i, long j) => _loss.Targets.All(target => TensorBits.Same(target.narrow(0, i, 1), target.narrow(0, j, 1)));
}

using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Which positions of the output change with which positions of the input.</summary>
internal sealed class TimeLeaks
{
    private const int Positions = 16;

    private readonly Dictionary<int, double[]> _changes;

    private TimeLeaks(Dictionary<int, double[]> changes, int length) => (_changes, Length) = (changes, length);

    /// <summary>How many positions are in use.</summary>
    public int Length { get; }

    /// <summary>The positions of the input that were replaced one by one.</summary>
    public IReadOnlyList<int> Replaced => [.. _changes.Keys.Order()];

    /// <summary>The largest change of the output at one position when another is replaced in the input.</summary>
    public double this[int output, int input] => _changes[input][output];

    /// <summary>The pairs in which an output changes with a later input.</summary>
    public (int Output, int Input)[] FromTheFuture() => [.. Pairs(future: true).Where(pair => this[pair.Output, pair.Input] != 0)];

    /// <summary>All pairs of an output and a later or an earlier input.</summary>
    public IEnumerable<(int Output, int Input)> Pairs(bool future) =>
        from s in Replaced
        from t in Enumerable.Range(0, Length)
        where future ? t < s : t > s
        select (t, s);

    /// <summary>One forward pass for each of up to 16 positions.</summary>
    public static TimeLeaks Of(Trial trial, TimeAxis axis, Tensors outputs)
    {
        int[] positions = axis.Used <= Positions ? [.. Enumerable.Range(0, axis.Used)] : [.. Enumerable.Range(0, Positions).Select(k => k * (axis.Used - 1) / (Positions - 1)).Distinct()];
        return new(positions.ToDictionary(s => s, s => Changes(axis, outputs, trial.Forward(axis.Replaced(s, s + 1).Inputs))), axis.Used);
    }

    /// <summary>The largest change at each position over all outputs that have time, padding left out; 0 where equal to the bit.</summary>
    public static double[] Changes(TimeAxis axis, Tensors before, Tensors after)
    {
        using var scope = NewDisposeScope();
        var changes = new double[axis.Used];
        for (int k = 0; k < before.Count; k++)
        {
            if (!before[k].is_floating_point() || axis.ByTime(before[k]) is not { } a) continue;
            if (k >= after.Count || !after[k].shape.SequenceEqual(before[k].shape)) return [.. changes.Select(_ => double.NaN)];
            Tensor b = axis.ByTime(after[k])!;
            Tensor same = a.eq(b).logical_or(a.isnan().logical_and(b.isnan())).logical_or(axis.Real.eq(0).unsqueeze(-1));
            Tensor apart = (a.detach().to(ScalarType.Float64) - b.detach().to(ScalarType.Float64)).abs().masked_fill(same, 0);
            double[] largest = HostNumbers.Of(apart.amax([0L, 2L]));
            for (int t = 0; t < changes.Length; t++) changes[t] = double.IsNaN(largest[t]) ? double.NaN : Math.Max(changes[t], largest[t]);
        }
        return changes;
    }
}

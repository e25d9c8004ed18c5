namespace TorchSharp.Layers;

/// <summary>The windows of a pooling along one dimension: window o reads from <c>Start[o]</c> to before <c>End[o]</c>, every <c>Step</c>-th value.</summary>
internal sealed class PoolAxis
{
    PoolAxis(int input, int output, int step)
    {
        (Input, Output, Step) = (input, output, step);
        (Start, End, Count) = (new int[output], new int[output], new int[output]);
    }

    public int Input { get; }

    public int Output { get; }

    public int Step { get; }

    public int[] Start { get; }

    public int[] End { get; }

    /// <summary>How many values an average over the window divides by.</summary>
    public int[] Count { get; }

    /// <summary>A dimension that is not pooled.</summary>
    public static PoolAxis Single { get; } = Adaptive(1, 1);

    public static PoolAxis Sliding(long input, long kernel, long stride, long padding, long dilation, bool ceil, bool countPadding)
    {
        long reach = (dilation * (kernel - 1)) + 1, room = input + (2 * padding) - reach;
        long output = Math.Max(0, FloorDivide(room + (ceil ? stride - 1 : 0), stride) + 1);
        // The last window must begin within the values or the padding before them.
        if (ceil && (output - 1) * stride >= input + padding) output--;
        var axis = new PoolAxis(checked((int)input), checked((int)output), (int)dilation);
        for (int o = 0; o < output; o++)
        {
            long start = (o * stride) - padding, end = start + reach;
            long counted = Math.Min(end, input + padding) - start;
            if (start < 0) start += (-start + dilation - 1) / dilation * dilation;
            (axis.Start[o], axis.End[o]) = ((int)start, (int)Math.Min(end, input));
            axis.Count[o] = (int)(countPadding ? counted : axis.End[o] - start);
        }
        return axis;
    }

    /// <summary>As many windows as asked for, that cover the dimension as evenly as can be.</summary>
    public static PoolAxis Adaptive(long input, long output)
    {
        var axis = new PoolAxis(checked((int)input), checked((int)output), 1);
        for (int o = 0; o < output; o++)
        {
            axis.Start[o] = (int)(o * input / output);
            axis.End[o] = (int)((((o + 1) * input) + output - 1) / output);
            axis.Count[o] = axis.End[o] - axis.Start[o];
        }
        return axis;
    }

    static long FloorDivide(long value, long divisor) => (value / divisor) - (value % divisor < 0 ? 1 : 0);
}

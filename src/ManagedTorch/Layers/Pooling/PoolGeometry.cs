using System.Runtime.InteropServices;

namespace TorchSharp.Layers;

/// <summary>The numbers of a pooling over the last one, two or three dimensions; the kernels always see three.</summary>
internal sealed class PoolGeometry
{
    PoolGeometry(long[] input, PoolAxis[] axes, int? divisor)
    {
        InputShape = input;
        OutputShape = [.. input.AsSpan(0, input.Length - axes.Length), .. axes.Select(axis => (long)axis.Output)];
        Depth = axes.Length > 2 ? axes[^3] : PoolAxis.Single;
        Height = axes.Length > 1 ? axes[^2] : PoolAxis.Single;
        Width = axes[^1];
        Divisor = divisor;
        Planes = 1;
        foreach (long size in input.AsSpan(0, input.Length - axes.Length)) Planes = checked(Planes * (int)size);
        if (axes.Any(axis => axis.Output == 0) && input.All(size => size > 0))
        {
            throw new ExternalException($"Pooling ({Text(InputShape, axes.Length)}) would leave ({Text(OutputShape, axes.Length)}): too small.");
        }
    }

    public long[] InputShape { get; }

    public long[] OutputShape { get; }

    public PoolAxis Depth { get; }

    public PoolAxis Height { get; }

    public PoolAxis Width { get; }

    /// <summary>What an average divides by in place of the window's size.</summary>
    public int? Divisor { get; }

    /// <summary>Images times channels.</summary>
    public int Planes { get; }

    public int InputPlane => Depth.Input * Height.Input * Width.Input;

    public int OutputPlane => Depth.Output * Height.Output * Width.Output;

    public static PoolGeometry Sliding(
        string name, int dimensions, long[] input, long[] kernel, long[]? stride, long[]? padding, long[]? dilation, bool ceil,
        bool countPadding = true, long? divisor = null)
    {
        CheckRank(name, dimensions, input);
        long[] size = Each(kernel, dimensions), step = stride is null or [] ? size : Each(stride, dimensions);
        long[] pad = Each(padding ?? [0], dimensions), spread = Each(dilation ?? [1], dimensions);
        if (size.Any(k => k < 1)) throw new ExternalException($"A pooling window is at least 1 wide, not {Text(size, dimensions - 1)}.");
        if (step.Any(s => s < 1)) throw new ExternalException("A stride is at least 1.");
        if (divisor == 0) throw new ExternalException("An average is not divided by zero.");
        for (int d = 0; d < dimensions; d++)
        {
            if (pad[d] < 0 || pad[d] > ((size[d] - 1) * spread[d] + 1) / 2)
            {
                throw new ExternalException($"A padding of {pad[d]} is more than half of a window of {size[d]} with dilation {spread[d]}.");
            }
        }
        return new(input, [.. Enumerable.Range(0, dimensions).Select(d =>
            PoolAxis.Sliding(input[input.Length - dimensions + d], size[d], step[d], pad[d], spread[d], ceil, countPadding))], (int?)divisor);
    }

    /// <summary>Windows that give an output of the size asked for; a size of −1 keeps the input's.</summary>
    public static PoolGeometry Adaptive(string name, int dimensions, long[] input, long[] output)
    {
        CheckRank(name, dimensions, input);
        long[] sizes = Each(output, dimensions);
        return new(input, [.. Enumerable.Range(0, dimensions).Select(d =>
        {
            long size = input[input.Length - dimensions + d];
            return PoolAxis.Adaptive(size, sizes[d] < 0 ? size : sizes[d]);
        })], divisor: null);
    }

    static void CheckRank(string name, int dimensions, long[] input)
    {
        if (input.Length != dimensions + 1 && input.Length != dimensions + 2)
        {
            throw new ExternalException($"{name} takes {dimensions + 2} dimensions, or {dimensions + 1} without a batch, not [{string.Join(", ", input)}].");
        }
    }

    static long[] Each(long[] values, int dimensions) =>
        values.Length == dimensions ? values
        : values.Length == 1 ? [.. Enumerable.Repeat(values[0], dimensions)]
        : throw new ExternalException($"One number for all dimensions or one for each of {dimensions}, not [{string.Join(", ", values)}].");

    static string Text(long[] shape, int dimensions) => string.Join("x", shape.AsSpan(Math.Max(0, shape.Length - dimensions - 1)).ToArray());
}

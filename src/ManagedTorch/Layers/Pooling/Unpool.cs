using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp.Layers;

/// <summary>Max pooling's partial inverse: values go where the indices say that they came from, zeros elsewhere.</summary>
internal static class Unpool
{
    public static Tensor Max(int dimensions, Tensor input, Tensor indices, long[] kernel, long[]? stride, long[]? padding, long[]? outputSize)
    {
        if (input.dim() != dimensions + 1 && input.dim() != dimensions + 2)
            throw new ExternalException($"max_unpool{dimensions}d takes {dimensions + 2} dimensions, or {dimensions + 1} without a batch, not {Losses.Text(input)}.");
        if (!input.shape.AsSpan().SequenceEqual(indices.shape))
            throw new ExternalException($"There is an index for each value: {Losses.Text(input)} and {Losses.Text(indices)} differ.");
        long[] outer = input.shape[..^dimensions];
        long[] output = OutputSize(input.shape[^dimensions..], Each(kernel, dimensions), stride is null or [] ? Each(kernel, dimensions) : Each(stride, dimensions),
            padding is null or [] ? new long[dimensions] : Each(padding, dimensions), outputSize);
        return Op.Composed(() => zeros([.. outer, output.Aggregate(1L, (area, size) => area * size)], dtype: input.dtype, device: input.device)
            .scatter(-1, indices.flatten(-dimensions, -1), input.flatten(-dimensions, -1))
            .reshape([.. outer, .. output]));
    }

    static long[] OutputSize(long[] input, long[] kernel, long[] stride, long[] padding, long[]? wanted)
    {
        long[] usual = [.. input.Select((size, d) => ((size - 1) * stride[d]) - (2 * padding[d]) + kernel[d])];
        if (wanted is null or []) return usual;
        long[] sizes = wanted.Length == input.Length + 2 ? wanted[2..] : wanted;
        if (sizes.Length != input.Length) throw new ExternalException($"An output size has {input.Length} numbers, not {sizes.Length}.");
        for (int d = 0; d < sizes.Length; d++)
        {
            // Pooling rounds down: all of these would have given the same.
            if (Math.Abs(sizes[d] - usual[d]) >= stride[d])
                throw new ExternalException($"An output size of {sizes[d]} is not within a stride, {stride[d]}, of {usual[d]}.");
        }
        return sizes;
    }

    static long[] Each(long[] values, int dimensions) =>
        values.Length == 1 ? [.. Enumerable.Repeat(values[0], dimensions)]
        : values.Length == dimensions ? values
        : throw new ExternalException($"One number for all dimensions or one for each of {dimensions}, not [{string.Join(", ", values)}].");
}

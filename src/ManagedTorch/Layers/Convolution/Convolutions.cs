using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp.Layers;

/// <summary>What the convolutions of <c>torch.nn.functional</c> share in one, two and three spatial dimensions.</summary>
internal static class Convolutions
{
    public static Tensor Convolve(
        int dimensions, Tensor input, Tensor weight, Tensor? bias, long[]? stride, long[]? padding, long[]? dilation, long groups)
    {
        CheckRank($"conv{dimensions}d", dimensions, input, weight, bias, weight.shape[0]);
        return Batched(dimensions, input, batch => ConvolutionProduct.Forward(
            ConvolutionGeometry.Forward(batch.shape, weight.shape, Each(stride, 1, dimensions), Each(padding, 0, dimensions), Each(dilation, 1, dimensions), groups),
            batch, weight, bias));
    }

    public static Tensor Convolve(
        int dimensions, Tensor input, Tensor weight, Tensor? bias, long[]? stride, Padding padding, long[]? dilation, long groups)
    {
        if (padding == Padding.Valid) return Convolve(dimensions, input, weight, bias, stride, (long[]?)null, dilation, groups);
        if (Each(stride, 1, dimensions).Any(s => s != 1)) throw new ExternalException("padding 'same' needs a stride of 1");

        // Where the kernel's reach is odd, torch pads the far side by the one that is over.
        long[] spread = Each(dilation, 1, dimensions);
        var near = new long[dimensions];
        var over = new long[2 * dimensions];
        for (int d = 0; d < dimensions; d++)
        {
            long reach = spread[d] * (weight.shape[d + 2] - 1);
            near[d] = reach / 2;
            over[(2 * (dimensions - 1 - d)) + 1] = reach % 2;
        }
        if (over.All(o => o == 0)) return Convolve(dimensions, input, weight, bias, stride, near, dilation, groups);
        return Op.Composed(() => Convolve(dimensions, nn.functional.pad(input, over), weight, bias, stride, near, dilation, groups));
    }

    public static Tensor ConvolveTransposed(
        int dimensions, Tensor input, Tensor weight, Tensor? bias, long[]? stride, long[]? padding, long[]? outputPadding, long[]? dilation, long groups)
    {
        CheckRank($"conv_transpose{dimensions}d", dimensions, input, weight, bias, weight.shape[1] * groups);
        return Batched(dimensions, input, batch =>
        {
            var geometry = ConvolutionGeometry.Transposed(batch.shape, weight.shape, Each(stride, 1, dimensions), Each(padding, 0, dimensions),
                Each(outputPadding, 0, dimensions), Each(dilation, 1, dimensions), groups);
            Tensor output = ConvolutionProduct.InputGradient(geometry, batch, weight);
            return bias is null ? output : output + bias.reshape([-1, .. Enumerable.Repeat(1L, dimensions)]);
        });
    }

    /// <summary>One value for each dimension: all of them, or the one that is given for all.</summary>
    static long[] Each(long[]? values, long missing, int dimensions) =>
        values is null ? [.. Enumerable.Repeat(missing, dimensions)]
        : values.Length == 1 ? [.. Enumerable.Repeat(values[0], dimensions)]
        : values.Length == dimensions ? values
        : throw new ExternalException($"One number for all dimensions or one for each of {dimensions}, not [{string.Join(", ", values)}].");

    static Tensor Batched(int dimensions, Tensor input, Func<Tensor, Tensor> convolve) =>
        Op.Composed(() => input.dim() == dimensions + 2 ? convolve(input) : convolve(input.unsqueeze(0)).squeeze(0));

    static void CheckRank(string name, int dimensions, Tensor input, Tensor weight, Tensor? bias, long outputs)
    {
        if (weight.dim() != dimensions + 2 || (input.dim() != dimensions + 1 && input.dim() != dimensions + 2))
        {
            throw new ExternalException($"{name} takes {dimensions + 2} dimensions, or {dimensions + 1} without a batch, not [{string.Join(", ", input.shape)}].");
        }
        if (bias is not null && (bias.dim() != 1 || bias.shape[0] != outputs))
        {
            throw new ExternalException($"A weight of [{string.Join(", ", weight.shape)}] has a bias of [{outputs}], not of [{string.Join(", ", bias.shape)}].");
        }
    }
}

using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp.Layers;

/// <summary>Margins around a tensor: pairs of sizes before and after, the last dimension's first; a negative size crops.</summary>
internal static class Margins
{
    public static Tensor Add(Tensor input, long[] pad, PaddingModes mode, double value)
    {
        if (pad.Length % 2 != 0) throw new ExternalException("Padding is given in pairs, before and after.");
        if (pad.Length > 2 * input.dim())
        {
            throw new ExternalException($"{input.dim()} dimensions have {2 * input.dim()} margins, not {pad.Length}.");
        }
        return mode is PaddingModes.Constant or PaddingModes.Zeros ? Constant(input, pad, value) : Op.Composed(() =>
        {
            Tensor result = input.alias();
            for (int i = 0; i < pad.Length / 2; i++)
            {
                long dim = input.dim() - 1 - i;
                long[] sources = Sources(input.shape[dim], pad[2 * i], pad[(2 * i) + 1], mode);
                result = result.index_select(dim, Pointwise.Of<long>(sources, [sources.Length], input.device));
            }
            return result;
        });
    }

    static Tensor Constant(Tensor input, long[] pad, double value)
    {
        long[] shape = input.shape;
        for (int i = 0; i < pad.Length / 2; i++)
        {
            int dim = shape.Length - 1 - i;
            shape[dim] += pad[2 * i] + pad[(2 * i) + 1];
            if (shape[dim] < 0)
            {
                throw new ExternalException($"A size of {input.shape[dim]} with margins of {pad[2 * i]} and {pad[(2 * i) + 1]} is negative.");
            }
        }
        Tensor output = Op.Composed(() =>
        {
            using var guard = no_grad();
            Tensor result = full(shape, value, dtype: input.dtype, device: input.device);
            Window(result, pad, inner: true).copy_(Window(input, pad, inner: false));
            return result;
        });

        // Margins of the opposite sign take the gradient back to the input's shape; where the input was cropped it is zero.
        long[] opposite = [.. pad.Select(size => -size)];
        return Op.Record("ConstantPadNdBackward", output, [input], gradient => [Constant(gradient, opposite, 0)]);
    }

    /// <summary>The part that input and output share, within the output (inner) or within the input.</summary>
    static Tensor Window(Tensor tensor, long[] pad, bool inner)
    {
        Tensor window = tensor.alias();
        for (int i = 0; i < pad.Length / 2; i++)
        {
            long dim = tensor.dim() - 1 - i, sign = inner ? 1 : -1;
            long before = Math.Max(0, sign * pad[2 * i]), after = Math.Max(0, sign * pad[(2 * i) + 1]);
            window = window.narrow(dim, before, Math.Max(0, window.shape[dim] - before - after));
        }
        return window;
    }

    /// <summary>Where each value along a padded dimension comes from.</summary>
    static long[] Sources(long size, long before, long after, PaddingModes mode)
    {
        if (mode == PaddingModes.Reflect && (before >= size || after >= size))
        {
            throw new ExternalException($"Margins of ({before}, {after}) reflect more than a dimension of size {size} has.");
        }
        if (mode == PaddingModes.Circular && (before > size || after > size))
            throw new ExternalException($"Margins of ({before}, {after}) go around a dimension of size {size} more than once.");
        var sources = new long[Math.Max(0, size + before + after)];
        for (long i = 0; i < sources.Length; i++)
        {
            long place = i - before;
            sources[i] = mode switch
            {
                PaddingModes.Reflect => place < 0 ? -place : place >= size ? (2 * (size - 1)) - place : place,
                PaddingModes.Replicate => Math.Clamp(place, 0, size - 1),
                _ => (place + size) % size,
            };
        }
        return sources;
    }
}

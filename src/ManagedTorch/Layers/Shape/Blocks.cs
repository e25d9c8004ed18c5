using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp.Layers;

/// <summary>Sliding blocks of images, a column each: taken out by <see cref="Columns"/>, and added where they came from by <see cref="Image"/>, its adjoint.</summary>
internal sealed record Blocks((long, long) Kernel, (long, long) Dilation, (long, long) Padding, (long, long) Stride)
{
    public static Blocks Square(long kernel, long dilation, long padding, long stride) => new((kernel, kernel), (dilation, dilation), (padding, padding), (stride, stride));

    long Area => Kernel.Item1 * Kernel.Item2;

    /// <summary>Images of [batch, channels, height, width] to [batch, channels · block, blocks].</summary>
    public Tensor Columns(Tensor images)
    {
        if (images.dim() is not (3 or 4)) throw new ExternalException($"unfold takes images of [batch, channels, height, width], not {Losses.Text(images)}.");
        return Op.Composed(() =>
        {
            var (height, width) = (images.shape[^2], images.shape[^1]);
            var (down, across) = Padding;
            Tensor padded = nn.functional.pad(images, [across, across, down, down]).flatten(-2, -1);
            long[] places = Places(height, width);
            Tensor blocks = padded.index_select(-1, Pointwise.Of<long>(places, [places.Length], images.device));
            return blocks.reshape([.. images.shape[..^3], images.shape[^3] * Area, places.Length / Area]);
        });
    }

    /// <summary>The reverse, with overlapping elements added: [batch, channels · block, blocks] to images of a size.</summary>
    public Tensor Image(Tensor columns, (long Height, long Width) size)
    {
        long[] places = Places(size.Height, size.Width);
        if (columns.dim() is not (2 or 3) || columns.shape[^2] % Area != 0 || columns.shape[^1] != places.Length / Area)
        {
            throw new ExternalException($"fold to {size.Height}x{size.Width} takes columns of [batch, channels times {Area}, {places.Length / Area}], not {Losses.Text(columns)}.");
        }
        return Op.Composed(() =>
        {
            var (down, across) = Padding;
            long height = size.Height + (2 * down), width = size.Width + (2 * across);
            long[] outer = [.. columns.shape[..^2], columns.shape[^2] / Area];
            Tensor whole = zeros([.. outer, height * width], dtype: columns.dtype, device: columns.device)
                .index_add(-1, Pointwise.Of<long>(places, [places.Length], columns.device), columns.reshape([.. outer, places.Length]), 1);
            return whole.unflatten(-1, height, width).narrow(-2, down, size.Height).narrow(-1, across, size.Width).contiguous();
        });
    }

    // Positions in the padded image: for each element of a block, where it is in every block.
    long[] Places(long height, long width)
    {
        long[] rows = Starts(height, Kernel.Item1, Dilation.Item1, Padding.Item1, Stride.Item1), columns = Starts(width, Kernel.Item2, Dilation.Item2, Padding.Item2, Stride.Item2);
        long padded = width + (2 * Padding.Item2);
        var places = new long[Area * rows.Length * columns.Length];
        int at = 0;
        for (long y = 0; y < Kernel.Item1; y++)
        {
            for (long x = 0; x < Kernel.Item2; x++)
            {
                foreach (long row in rows)
                {
                    foreach (long column in columns) places[at++] = ((row + (y * Dilation.Item1)) * padded) + column + (x * Dilation.Item2);
                }
            }
        }
        return places;
    }

    static long[] Starts(long size, long kernel, long dilation, long padding, long stride)
    {
        if (kernel < 1 || dilation < 1 || stride < 1 || padding < 0) throw new ExternalException($"Blocks of {kernel}, {stride} apart, with a dilation of {dilation} and a padding of {padding} do not exist.");
        long room = size + (2 * padding) - (dilation * (kernel - 1)) - 1;
        if (room < 0) throw new ExternalException($"A block of {kernel} with a dilation of {dilation} does not fit into {size}, padded by {padding}.");
        return [.. Enumerable.Range(0, (int)(room / stride) + 1).Select(i => i * stride)];
    }
}

using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp.Layers;

/// <summary>
/// Values of images, or volumes, at places between their elements (Jaderberg et al., 2015). Places are given from −1 to 1, across first;
/// with aligned corners these are the centres of the outermost elements, else their outer edges.
/// </summary>
internal static class SamplingGrid
{
    /// <param name="theta">A linear map and a translation for each image, [batch, 2, 3], or [batch, 3, 4] for volumes.</param>
    /// <param name="size">Of what is sampled by the grid: [batch, channels, height, width].</param>
    public static Tensor Affine(Tensor theta, long[] size, bool alignCorners)
    {
        int dimensions = size.Length - 2;
        if (dimensions is not (2 or 3) || theta.dim() != 3 || !theta.shape.AsSpan().SequenceEqual([size[0], dimensions, dimensions + 1]))
            throw new ExternalException($"A grid of [{string.Join(", ", size)}] is made by maps of [batch, 2, 3], or [batch, 3, 4] for volumes, not of {Losses.Text(theta)}.");
        return Op.Composed(() =>
        {
            Tensor[] axes = [.. size[2..].Select(length => Axis(length, alignCorners, theta))];
            IEnumerable<Tensor> across = meshgrid(axes).AsEnumerable().Reverse();
            Tensor places = stack([.. across, ones(size[2..], theta.dtype, theta.device)], -1).reshape(1, -1, dimensions + 1).expand(size[0], -1, -1);
            return places.bmm(theta.mT).reshape([size[0], .. size[2..], dimensions]);
        });
    }

    /// <param name="input">[batch, channels, height, width], or with a depth before the height.</param>
    /// <param name="grid">Places of [batch, …, 2], or [batch, …, 3]: the last dimension is across, down, deep.</param>
    public static Tensor Sample(Tensor input, Tensor grid, GridSampleMode mode, GridSamplePaddingMode padding, bool alignCorners)
    {
        int dimensions = (int)input.dim() - 2;
        if (dimensions is not (2 or 3) || grid.dim() != input.dim() || grid.shape[0] != input.shape[0] || grid.shape[^1] != dimensions)
            throw new ExternalException($"An input of {Losses.Text(input)} is sampled by a grid of as many dimensions, batch first and coordinates last, not of {Losses.Text(grid)}.");
        return Op.Composed(() =>
        {
            long batch = input.shape[0], channels = input.shape[1];
            long[] sizes = input.shape[2..];
            Tensor values = input.flatten(2, -1), places = grid.reshape(batch, -1, dimensions);
            // Coordinates come across first, dimensions the other way round.
            Tensor[] at = [.. Enumerable.Range(0, dimensions).Select(d => Inside(places.select(-1, dimensions - 1 - d), sizes[d], padding, alignCorners))];
            Tensor[] first = Array.ConvertAll(at, a => (mode == GridSampleMode.Nearest ? a.round() : a.floor()).detach());
            Tensor? sum = null;
            for (int corner = 0; corner < (mode == GridSampleMode.Nearest ? 1 : 1 << dimensions); corner++)
            {
                Tensor part = Corner(values, sizes, at, first, corner, weighted: mode == GridSampleMode.Bilinear);
                sum = sum is null ? part : sum + part;
            }
            return sum!.reshape([batch, channels, .. grid.shape[1..^1]]);
        });
    }

    // The values at one corner of the cells around the places, times how near it is; zero outside.
    static Tensor Corner(Tensor values, long[] sizes, Tensor[] at, Tensor[] first, int corner, bool weighted)
    {
        Tensor? weight = null, index = null, outside = null;
        for (int d = 0; d < sizes.Length; d++)
        {
            int next = (corner >> d) & 1;
            Tensor place = first[d] + next, beyond = (place >= 0).logical_and(place <= sizes[d] - 1).logical_not();
            Tensor share = next == 1 ? at[d] - first[d] : first[d] + 1 - at[d];
            Tensor position = place.masked_fill(beyond, 0).to_type(ScalarType.Int64);
            weight = weight is null ? share : weight * share;
            index = index is null ? position : (index * sizes[d]) + position;
            outside = outside is null ? beyond : outside.logical_or(beyond);
        }
        Tensor taken = values.gather(2, index!.unsqueeze(1).expand(values.shape[0], values.shape[1], index.shape[1]));
        if (weighted) taken *= weight!.unsqueeze(1);
        return taken.masked_fill(outside!.unsqueeze(1), 0);
    }

    // From −1 … 1 to elements, counted from zero, and back into the image where the padding is not zeros.
    static Tensor Inside(Tensor place, long size, GridSamplePaddingMode padding, bool alignCorners)
    {
        Tensor at = alignCorners ? (place + 1) * ((size - 1) / 2.0) : (((place + 1) * size) - 1) / 2;
        if (padding == GridSamplePaddingMode.Zeros) return at;
        if (padding == GridSamplePaddingMode.Reflection) at = Reflected(at, alignCorners ? 0 : -0.5, alignCorners ? size - 1 : size);
        return at.clamp(0, size - 1);
    }

    static Tensor Reflected(Tensor at, double low, double span)
    {
        if (span == 0) return at.zeros_like();
        Tensor distance = (at - low).abs(), turns = (distance / span).floor().detach();
        Tensor rest = distance - (turns * span);
        return torch.where(turns.remainder(2).eq(0), rest, span - rest) + low;
    }

    static Tensor Axis(long length, bool alignCorners, Tensor like)
    {
        if (length <= 1) return zeros(length, dtype: like.dtype, device: like.device);
        Tensor ends = linspace(-1, 1, length, dtype: like.dtype, device: like.device);
        return alignCorners ? ends : ends * ((length - 1) / (double)length);
    }
}

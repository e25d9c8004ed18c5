namespace TorchSharp;

public static partial class torch
{
    /// <summary>Counts, or weights, of the elements between edges that rise; the last bin has both its ends.</summary>
    public static (Tensor hist, Tensor bin_edges) histogram(Tensor input, Tensor bins, Tensor? weight = null, bool density = false)
    {
        if (!input.IsFloating || bins.dtype != input.dtype) throw TorchError.Of($"A histogram is of floating-point numbers with edges of their type, not of {input.dtype} and {bins.dtype}.");
        if (bins.Rank != 1 || bins.numel() < 2) throw TorchError.Of($"Edges are a vector of two at least, not {Shapes.Text(bins.Sizes)}.");
        if (weight is not null && !weight.Sizes.AsSpan().SequenceEqual(input.Sizes)) throw TorchError.Of($"There is a weight for each element: {Shapes.Text(input.Sizes)} and {Shapes.Text(weight.Sizes)} differ.");
        return Op.Composed(() =>
        {
            Tensor x = input.detach().reshape(-1), edges = bins.detach().clone(), first = edges[0], last = edges[-1];
            long count = edges.numel() - 1;
            Tensor inside = x.ge(first).logical_and(x.le(last));
            Tensor bin = (searchsorted(edges, x, right: true) - 1).clamp(0, count - 1);
            Tensor share = (weight?.detach().reshape(-1) ?? x.ones_like()).masked_fill(inside.logical_not(), 0);
            Tensor sums = zeros([count], input.dtype, input.device).scatter_add(0, bin, share);
            return (density ? sums / (sums.sum() * edges.diff()) : sums, edges);
        });
    }

    /// <summary>The same with bins of one width, from the smallest element to the largest unless a range is given.</summary>
    public static (Tensor hist, Tensor bin_edges) histogram(Tensor input, long bins, (double min, double max)? range = null, Tensor? weight = null, bool density = false)
    {
        if (bins < 1) throw TorchError.Of($"There is at least one bin, not {bins}.");
        return Op.Composed(() =>
        {
            (double low, double high) = range ?? (input.numel() == 0 ? (0, 0) : (input.min().ToDouble(), input.max().ToDouble()));
            if (low > high) throw TorchError.Of($"A range goes from a number to a larger one, not from {low} to {high}.");
            if (low == high) (low, high) = (low - 0.5, high + 0.5);
            return histogram(input, linspace(low, high, bins + 1, dtype: input.dtype, device: input.device), weight, density);
        });
    }

    public static (Tensor hist, Tensor bin_edges) histogram(Tensor input, Tensor bins, out (Tensor hist, Tensor bin_edges) out_tensor) =>
        out_tensor = histogram(input, bins);

    public static (Tensor hist, Tensor bin_edges) histogram(Tensor input, Tensor bins, Tensor? weight, bool density, out (Tensor hist, Tensor bin_edges) out_tensor) =>
        out_tensor = histogram(input, bins, weight, density);

    public static (Tensor hist, Tensor bin_edges) histogram(Tensor input, long bins, out (Tensor hist, Tensor bin_edges) out_tensor) =>
        out_tensor = histogram(input, bins);

    public static (Tensor hist, Tensor bin_edges) histogram(Tensor input, long bins, (double min, double max)? range, out (Tensor hist, Tensor bin_edges) out_tensor) =>
        out_tensor = histogram(input, bins, range);

    public static (Tensor hist, Tensor bin_edges) histogram(Tensor input, long bins, (double min, double max)? range, Tensor? weight, bool density, out (Tensor hist, Tensor bin_edges) out_tensor) =>
        out_tensor = histogram(input, bins, range, weight, density);
}

using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp.Layers;

/// <summary>Rows of a weight by index.</summary>
internal static class EmbeddingTable
{
    public static Tensor LookUp(Tensor weight, Tensor indices, EmbeddingOptions options) => Op.Composed(() =>
    {
        if (indices.dtype is not (ScalarType.Int64 or ScalarType.Int32))
        {
            throw new ExternalException("Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, Int; " +
                $"but got {indices.dtype} instead (while checking arguments for embedding)");
        }
        Devices.RequireOne(weight, indices);
        Tensor flat = indices.to_type(ScalarType.Int64).reshape(-1);
        foreach (long index in flat.Flat<long>())
        {
            if (index < 0 || index >= weight.shape[0]) throw new ExternalException("index out of range in self");
        }
        if (options.MaxNorm is { } bound) CutRows(weight, flat, bound, options.NormType);
        Tensor rows = weight.index_select(0, flat);
        if (options.ScaleByFrequency || options.Padding is not null) rows = Shares(rows, flat, options);
        return rows.reshape([.. indices.shape, .. weight.shape[1..]]);
    });

    // The values stay and the gradient is scaled: x·s + (x·(1 − s)) with the second term outside of the graph.
    static Tensor Shares(Tensor rows, Tensor indices, EmbeddingOptions options)
    {
        Span<long> flat = indices.Flat<long>();
        var counts = new Dictionary<long, int>();
        foreach (long index in flat) CollectionsMarshal.GetValueRefOrAddDefault(counts, index, out _)++;
        var shares = new double[flat.Length];
        for (int i = 0; i < shares.Length; i++) shares[i] = flat[i] == options.Padding ? 0 : options.ScaleByFrequency ? 1.0 / counts[flat[i]] : 1;
        Tensor share = Pointwise.Of<double>(shares, [shares.Length], rows.device).to_type(rows.dtype).reshape([-1, .. Enumerable.Repeat(1L, (int)rows.dim() - 1)]);
        return (rows * share) + (rows.detach() * (1 - share));
    }

    static void CutRows(Tensor weight, Tensor indices, double bound, double p)
    {
        using var guard = no_grad();
        foreach (long index in indices.Flat<long>().ToArray().Distinct())
        {
            Tensor row = weight.select(0, index);
            double norm = Distance.Norm(row, p, 0, keepdim: false).to_type(ScalarType.Float64).item<double>();
            if (norm > bound) row.mul_(bound / (norm + 1e-7));
        }
    }
}

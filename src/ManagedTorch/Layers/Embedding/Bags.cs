using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp.Layers;

/// <summary>Rows of a weight by index, and of each bag of them the sum, the mean or the largest. A row of padding counts in none.</summary>
/// <param name="EndsWithLength">Whether the offsets have one more at their end, which is where the last bag ends.</param>
internal sealed record Bags(EmbeddingOptions Rows, EmbeddingBagMode Mode, bool EndsWithLength)
{
    public Tensor Reduce(Tensor weight, Tensor input, Tensor? offsets, Tensor? factors)
    {
        if (factors is not null && Mode != EmbeddingBagMode.Sum) throw new ExternalException($"Weights of samples are for sums, not for {Mode}.");
        if (factors is not null && !factors.shape.AsSpan().SequenceEqual(input.shape)) throw new ExternalException($"There is a weight for each sample: {Losses.Text(input)} and {Losses.Text(factors)} differ.");
        if (Rows.ScaleByFrequency && Mode == EmbeddingBagMode.Max) throw new ExternalException("The gradient of a maximum is not divided by frequencies.");
        return Op.Composed(() =>
        {
            long[] indices = input.to_type(ScalarType.Int64).Packed().Flat<long>().ToArray();
            long[] starts = Starts(input, offsets);
            // Which bag each sample is in, and which samples count.
            long[] bags = [.. starts.SelectMany((start, bag) => Enumerable.Repeat((long)bag, (int)((bag + 1 < starts.Length ? starts[bag + 1] : indices.Length) - start)))];
            long[] counted = [.. Enumerable.Range(0, bags.Length).Where(i => indices[i] != Rows.Padding).Select(i => (long)i)];
            Tensor at = Pointwise.Of<long>(counted, [counted.Length], input.device);
            Tensor rows = EmbeddingTable.LookUp(weight, input.reshape(-1).index_select(0, at), Rows);
            if (factors is not null) rows *= factors.reshape(-1).index_select(0, at).unsqueeze(1);
            long[] bagOf = Array.ConvertAll(counted, i => bags[i]);
            return Mode == EmbeddingBagMode.Max ? Largest(rows, bagOf, starts.Length) : Summed(rows, bagOf, starts.Length);
        });
    }

    Tensor Summed(Tensor rows, long[] bagOf, int bags)
    {
        Tensor sums = zeros([bags, rows.shape[1]], dtype: rows.dtype, device: rows.device)
            .index_add(0, Pointwise.Of<long>(bagOf, [bagOf.Length], rows.device), rows, 1);
        if (Mode == EmbeddingBagMode.Sum) return sums;
        var counts = new long[bags];
        foreach (long bag in bagOf) counts[bag]++;
        return sums / Pointwise.Of<long>(counts, [bags, 1], rows.device).clamp_min(1).to_type(rows.dtype);
    }

    // An empty bag is zeros.
    static Tensor Largest(Tensor rows, long[] bagOf, int bags)
    {
        var largest = new Tensor[bags];
        for (int bag = 0, from = 0; bag < bags; bag++)
        {
            int length = bagOf.AsSpan(from).IndexOfAnyExcept((long)bag) is var end and >= 0 ? end : bagOf.Length - from;
            largest[bag] = length == 0 ? zeros(rows.shape[1], dtype: rows.dtype, device: rows.device) : rows.narrow(0, from, length).max(0).values;
            from += length;
        }
        return bags == 0 ? zeros(0, rows.shape[1], dtype: rows.dtype, device: rows.device) : stack(largest);
    }

    long[] Starts(Tensor input, Tensor? offsets)
    {
        if (input.dim() == 2) return [.. Enumerable.Range(0, (int)input.shape[0]).Select(bag => bag * input.shape[1])];
        if (input.dim() != 1 || offsets is null || offsets.dim() != 1) throw new ExternalException($"Bags are the rows of a matrix, or a vector with offsets, not {Losses.Text(input)}.");
        long[] starts = offsets.to_type(ScalarType.Int64).Packed().Flat<long>().ToArray();
        long length = input.shape[0];
        if (starts.Length > 0 && starts[0] != 0) throw new ExternalException($"The first bag starts at 0, not at {starts[0]}.");
        for (int i = 0; i < starts.Length; i++)
        {
            if (starts[i] > length || (i > 0 && starts[i] < starts[i - 1])) throw new ExternalException($"Offsets of [{string.Join(", ", starts)}] do not rise up to {length}, the number of samples.");
        }
        if (!EndsWithLength) return starts;
        return starts.Length > 0 && starts[^1] == length ? starts[..^1] : throw new ExternalException($"The last offset is the number of samples, {length}.");
    }
}

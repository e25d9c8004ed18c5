namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class utils
        {
            public static partial class rnn
            {
                public static PackedSequence pack_padded_sequence(Tensor input, Tensor lengths, bool batch_first = false, bool enforce_sorted = true)
                {
                    if (input.Rank < 2) throw TorchError.Of($"A padded batch has steps and sequences, two dimensions at least: {Shapes.Text(input.Sizes)} has not.");
                    var (steps, sequences) = batch_first ? (input.Sizes[1], input.Sizes[0]) : (input.Sizes[0], input.Sizes[1]);
                    long[] each = Lengths(lengths, steps, sequences);
                    if (enforce_sorted && !each.SequenceEqual(each.OrderDescending()))
                        throw TorchError.Of($"The lengths {Shapes.Text(each)} do not decrease: sort the batch, or say enforce_sorted: false.");
                    long[] order = [.. Enumerable.Range(0, each.Length).OrderByDescending(i => each[i]).Select(i => (long)i)];
                    long[] batchSizes = [.. Enumerable.Range(0, (int)each.Max()).Select(step => each.LongCount(length => length > step))];
                    Tensor data = Op.Composed(() => input.flatten(0, 1).index_select(0, Positions(batchSizes, order, steps, batch_first, input.device)));
                    Tensor counts = Pointwise.Of<long>(batchSizes, [batchSizes.Length], CPU);
                    if (enforce_sorted) return new(data, counts, null, null);
                    Tensor sorted = Pointwise.Of<long>(order, [order.Length], input.device);
                    return new(data, counts, sorted, sorted.argsort());
                }

                public static (Tensor, Tensor) pad_packed_sequence(PackedSequence sequence, bool batch_first = false, double padding_value = 0.0, long? total_length = null)
                {
                    long[] batchSizes = sequence.BatchSizes;
                    long sequences = batchSizes[0], steps = total_length ?? batchSizes.Length;
                    if (steps < batchSizes.Length)
                        throw TorchError.Of($"A total_length of {steps} is too short: the longest sequence has {batchSizes.Length} steps.");
                    long[] order = sequence.sorted_indices.IsInvalid
                        ? [.. Enumerable.Range(0, (int)sequences).Select(i => (long)i)]
                        : sequence.sorted_indices.Packed().Flat<long>().ToArray();
                    var lengths = new long[sequences];
                    for (int i = 0; i < lengths.Length; i++) lengths[order[i]] = batchSizes.LongCount(size => size > i);
                    Tensor data = sequence.data;
                    Tensor padded = Op.Composed(() => full([steps * sequences, .. data.Sizes[1..]], padding_value, data.dtype, data.device)
                        .index_copy(0, Positions(batchSizes, order, steps, batch_first, data.device), data)
                        .unflatten(0, batch_first ? [sequences, steps] : [steps, sequences]));
                    return (padded, Pointwise.Of<long>(lengths, [sequences], CPU));
                }

                public static Tensor pad_sequence(IEnumerable<Tensor> sequences, bool batch_first = false, double padding_value = 0.0)
                {
                    Tensor[] all = [.. sequences];
                    if (all.Length == 0) throw TorchError.Of("There are no sequences to pad.");
                    foreach (Tensor each in all)
                    {
                        if (each.Rank == 0 || !each.Sizes.AsSpan(1).SequenceEqual(all[0].Sizes.AsSpan(1)))
                            throw TorchError.Of($"Sequences differ in their first dimension alone: {Shapes.Text(all[0].Sizes)} and {Shapes.Text(each.Sizes)} are not padded to one size.");
                    }
                    long steps = all.Max(t => t.Sizes[0]);
                    return Op.Composed(() =>
                    {
                        var padded = Array.ConvertAll(all, t => cat([t, full([steps - t.Sizes[0], .. t.Sizes[1..]], padding_value, t.dtype, t.device)]));
                        return stack(padded, batch_first ? 0 : 1);
                    });
                }

                public static PackedSequence pack_sequence(IEnumerable<Tensor> sequences, bool enforce_sorted = true)
                {
                    Tensor[] all = [.. sequences];
                    using Tensor padded = pad_sequence(all);
                    using Tensor lengths = Pointwise.Of<long>(Array.ConvertAll(all, t => t.Sizes[0]), [all.Length], CPU);
                    return pack_padded_sequence(padded, lengths, batch_first: false, enforce_sorted);
                }

                // Where the elements of a packed batch, step after step and longest sequence first, lie in the padded one.
                private static Tensor Positions(long[] batchSizes, long[] order, long steps, bool batchFirst, Device device)
                {
                    var (perStep, perSequence) = batchFirst ? (1, steps) : (order.LongLength, 1L);
                    long[] positions = [.. batchSizes.SelectMany((size, step) => order.Take((int)size).Select(sequence => (step * perStep) + (sequence * perSequence)))];
                    return Pointwise.Of<long>(positions, [positions.Length], device);
                }

                private static long[] Lengths(Tensor lengths, long steps, long sequences)
                {
                    if (lengths.dtype != ScalarType.Int64 || lengths.Rank != 1 || lengths.device_type != DeviceType.CPU)
                        throw TorchError.Of($"Lengths are a vector of int64 on the CPU, not {lengths.dtype} {Shapes.Text(lengths.Sizes)} on {lengths.device}.");
                    long[] each = lengths.Packed().Flat<long>().ToArray();
                    if (each.Length != sequences) throw TorchError.Of($"There are {sequences} sequences and {each.Length} lengths.");
                    foreach (long length in each)
                    {
                        if (length <= 0 || length > steps) throw TorchError.Of($"A length is between 1 and {steps}, the steps that there are: {length} is not.");
                    }
                    return each;
                }
            }
        }
    }
}

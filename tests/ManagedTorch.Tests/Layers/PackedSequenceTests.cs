using System.Runtime.InteropServices;
using ManagedTorch.Tests.Tensors;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.utils.rnn;

namespace ManagedTorch.Tests.Layers;

public class PackedSequenceTests
{
    private static readonly long[] Lengths = [2, 4, 1];

    [Fact]
    public void Packed_elements_come_step_after_step_longest_sequence_first()
    {
        using Tensor padded = pad_sequence([tensor([1f, 2, 3]), tensor([4f, 5])], batch_first: true, padding_value: -1);
        Assert.Equal([1f, 2, 3, 4, 5, -1], padded.reshape(-1).data<float>().ToArray());
        using PackedSequence packed = pack_padded_sequence(padded, tensor([3L, 2]), batch_first: true);
        Assert.Equal([1f, 4, 2, 5, 3], packed.data.data<float>().ToArray());
        Assert.Equal([2L, 2, 1], packed.batch_sizes.data<long>().ToArray());
        Assert.True(packed.sorted_indices.IsInvalid);
    }

    [Fact]
    public void Unsorted_sequences_are_sorted_and_put_back()
    {
        Tensor[] sequences = Array.ConvertAll(Lengths, length => randn(length, 3));
        using PackedSequence packed = pack_sequence(sequences, enforce_sorted: false);
        Assert.Equal([1L, 0, 2], packed.sorted_indices.data<long>().ToArray());
        Assert.Equal([1L, 0, 2], packed.unsorted_indices.data<long>().ToArray());
        var (padded, lengths) = pad_packed_sequence(packed, batch_first: true, padding_value: 9, total_length: 5);
        Assert.Equal([3L, 5, 3], padded.shape);
        Assert.Equal(Lengths, lengths.data<long>().ToArray());
        for (int i = 0; i < sequences.Length; i++)
        {
            Assert.True(padded[i].narrow(0, 0, Lengths[i]).Equals(sequences[i]));
            Assert.True(padded[i].narrow(0, Lengths[i], 5 - Lengths[i]).eq(9).all().item<bool>());
        }
    }

    [Fact]
    public void Lengths_that_do_not_fit_are_refused()
    {
        using Tensor padded = zeros(4, 2, 3);
        Assert.ThrowsAny<ExternalException>(() => pack_padded_sequence(padded, tensor([2L, 4])));
        Assert.ThrowsAny<ExternalException>(() => pack_padded_sequence(padded, tensor([4L, 0])));
        Assert.ThrowsAny<ExternalException>(() => pack_padded_sequence(padded, tensor([4L, 2, 1])));
        using PackedSequence packed = pack_padded_sequence(padded, tensor([4L, 2]));
        Assert.ThrowsAny<ExternalException>(() => pad_packed_sequence(packed, total_length: 3));
    }

    public static TheoryData<string> Networks => ["RNN", "GRU", "LSTM"];

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_network_reads_each_packed_sequence_as_if_it_were_alone(string network)
    {
        manual_seed(5);
        var (module, run) = Network(network);
        using var _ = module;
        Tensor[] sequences = Array.ConvertAll(Lengths, length => randn(length, 3));
        Tensor initial = randn(4, 3, 4);
        using PackedSequence packed = pack_sequence(sequences, enforce_sorted: false);
        var (output, final) = run(packed, initial);
        var (padded, lengths) = pad_packed_sequence(output, batch_first: true);
        Assert.Equal(Lengths, lengths.data<long>().ToArray());
        for (int i = 0; i < sequences.Length; i++)
        {
            using PackedSequence alone = pack_sequence([sequences[i]]);
            var (outputAlone, finalAlone) = run(alone, initial.narrow(1, i, 1).contiguous());
            Assert.True(padded[i].narrow(0, 0, Lengths[i]).allclose(outputAlone.data, 1e-5, 1e-6));
            Assert.True(final.narrow(1, i, 1).allclose(finalAlone, 1e-5, 1e-6));
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Packed_sequences_of_one_length_give_what_the_batch_gives(string network)
    {
        var (module, run) = Network(network);
        using var _ = module;
        Tensor steps = randn(5, 2, 3);
        using PackedSequence packed = pack_padded_sequence(steps, tensor([5L, 5]));
        Tensor whole = module switch
        {
            TorchSharp.Modules.RNN rnn => rnn.call(steps).Item1,
            TorchSharp.Modules.GRU gru => gru.call(steps).Item1,
            _ => ((TorchSharp.Modules.LSTM)module).call(steps).Item1,
        };
        var (output, final) = run(packed, null);
        Assert.True(output.data.reshape(5, 2, 8).allclose(whole, 1e-5, 1e-6));
        Assert.Equal([4L, 2, 4], final.shape);
    }

    [Fact]
    public void Gradients_pass_through_packing_the_network_and_padding()
    {
        using var gru = GRU(3, 2, bidirectional: true).to(float64);
        Gradients.Check(
            t =>
            {
                using PackedSequence packed = pack_padded_sequence(t[0], tensor([2L, 3, 1]), enforce_sorted: false);
                var (output, final) = gru.call(packed, t[1]);
                return cat([pad_packed_sequence(output).Item1.reshape(-1), final.reshape(-1)]);
            },
            randn(3, 3, 3), randn(2, 3, 2));
    }

    [Fact]
    public void A_dispose_scope_owns_a_packed_sequence_with_its_tensors()
    {
        PackedSequence kept, dropped;
        using (DisposeScope scope = NewDisposeScope())
        {
            Tensor padded = zeros(4, 2, 3);
            dropped = pack_padded_sequence(padded, tensor([4L, 2]));
            kept = pack_padded_sequence(padded, tensor([4L, 2])).MoveToOuterDisposeScope();
            Assert.True(scope.Contains(dropped));
            Assert.False(scope.Contains(dropped.data));
        }
        Assert.True(dropped.data.IsInvalid);
        Assert.False(kept.data.IsInvalid);
        kept.Dispose();
        Assert.True(kept.data.IsInvalid);
    }

    private static (Module Module, Func<PackedSequence, Tensor?, (PackedSequence Output, Tensor Final)> Run) Network(string name)
    {
        switch (name)
        {
            case "RNN":
                var rnn = RNN(3, 4, numLayers: 2, bidirectional: true);
                return (rnn, (x, h) => rnn.call(x, h));
            case "GRU":
                var gru = GRU(3, 4, numLayers: 2, bidirectional: true);
                return (gru, (x, h) => gru.call(x, h));
            default:
                var lstm = LSTM(3, 4, numLayers: 2, bidirectional: true);
                return (lstm, (x, h) =>
                {
                    var (output, hidden, cell) = lstm.call(x, h is null ? null : (h, h * 0.5));
                    return (output, cat([hidden, cell], -1).narrow(-1, h is null ? 0 : 4, 4));
                });
        }
    }
}

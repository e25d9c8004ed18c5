using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ManagedTorch.Tests.Layers;

public class RecurrentTests
{
    [Fact]
    public void Steps_come_first_unless_told_that_the_batch_does()
    {
        using var lstm = LSTM(3, 4);
        var (output, hidden, cell) = lstm.call(randn(5, 2, 3));
        Assert.Equal([5, 2, 4], output.shape);
        Assert.Equal([1, 2, 4], hidden.shape);
        Assert.Equal([1, 2, 4], cell.shape);
    }

    [Fact]
    public void The_last_output_is_the_last_hidden_state()
    {
        using var gru = GRU(3, 4, numLayers: 2, batchFirst: true);
        var (output, hidden) = gru.call(randn(2, 5, 3));
        Assert.True(output.select(1, 4).Equals(hidden[1]));
    }

    [Fact]
    public void A_network_resumes_from_its_state()
    {
        using var rnn = RNN(3, 4);
        Tensor steps = randn(6, 2, 3);
        var (whole, _) = rnn.call(steps);
        var (_, half) = rnn.call(steps.narrow(0, 0, 3));
        Assert.True(rnn.call(steps.narrow(0, 3, 3), half).Item1.allclose(whole.narrow(0, 3, 3), 1e-5, 1e-6));
    }

    [Fact]
    public void A_cell_takes_one_step_of_the_network()
    {
        using var network = LSTM(3, 4);
        using var cell = LSTMCell(3, 4);
        using (no_grad())
        {
            foreach (var (parameter, source) in cell.parameters().Zip(network.parameters())) parameter.copy_(source);
        }
        Tensor x = randn(2, 3);
        Assert.Equal(network.named_parameters().Select(p => p.name), cell.named_parameters().Select(p => p.name + "_l0"));
        Assert.True(cell.call(x).Item1.allclose(network.call(x.unsqueeze(0)).Item1[0], 1e-5, 1e-6));
    }

    [Fact]
    public void Dropout_between_layers_is_of_training_alone()
    {
        manual_seed(1);
        using var gru = GRU(3, 16, numLayers: 2, dropout: 0.5);
        Tensor x = randn(4, 2, 3);
        Assert.False(gru.call(x).Item1.Equals(gru.call(x).Item1));
        gru.eval();
        Assert.True(gru.call(x).Item1.Equals(gru.call(x).Item1));
    }

    [Fact]
    public void A_network_moves_to_another_type()
    {
        using var rnn = RNN(3, 4).to(float64);
        Assert.Equal(float64, rnn.call(randn([5, 2, 3], dtype: float64)).Item1.dtype);
    }
}

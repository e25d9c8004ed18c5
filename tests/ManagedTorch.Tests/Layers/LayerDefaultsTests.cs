using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ManagedTorch.Tests.Layers;

/// <summary>What layers do when nothing is said of it.</summary>
public class LayerDefaultsTests
{
    [Fact]
    public void Recurrent_networks_take_steps_first()
    {
        using var rnn = RNN(3, 4);
        using var gru = GRU(3, 4);
        using var lstm = LSTM(3, 4);
        Tensor steps = randn(5, 2, 3);
        Assert.Equal([1, 2, 4], rnn.call(steps).Item2.shape);
        Assert.Equal([1, 2, 4], gru.call(steps).Item2.shape);
        Assert.Equal([1, 2, 4], lstm.call(steps).Item2.shape);
    }

    [Fact]
    public void A_transformer_takes_steps_first()
    {
        manual_seed(1);
        using var layer = TransformerEncoderLayer(4, 2, 8);
        layer.eval();
        Tensor x = randn(5, 3, 4);
        // What one example of the batch gives alone, it gives among others.
        Assert.True(layer.call(x).narrow(1, 2, 1).allclose(layer.call(x.narrow(1, 2, 1)), 1e-4, 1e-5));
    }

    [Fact]
    public void Dropping_is_on_in_a_new_module_and_off_after_eval_of_its_parent()
    {
        manual_seed(1);
        using var model = Sequential(("inner", Sequential(("dropout", Dropout(0.5)))));
        Assert.False(model.call(ones(100)).Equals(ones(100)));
        model.eval();
        Assert.True(model.call(ones(100)).Equals(ones(100)));
    }

    [Fact]
    public void A_new_layer_is_in_training() => Assert.True(Linear(2, 2).training);
}

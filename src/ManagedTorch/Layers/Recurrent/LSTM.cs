using TorchSharp.Layers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.utils.rnn;

namespace TorchSharp.Modules;

public sealed class LSTM : nn.Module<Tensor, (Tensor, Tensor)?, (Tensor, Tensor, Tensor)>
{
    private readonly RecurrentNetwork network;

    internal LSTM(RecurrentNetwork network, Device? device, ScalarType? dtype)
        : base(nameof(LSTM))
    {
        this.network = network;
        HoldAll(network.Parameters(device, dtype));
    }

    public override (Tensor, Tensor, Tensor) forward(Tensor input, (Tensor, Tensor)? h0_c0 = null)
    {
        Tensor[] results = Op.Composed(() =>
        {
            var (output, final) = network.Run(HeldParameter, input, [h0_c0?.Item1, h0_c0?.Item2], training);
            return new[] { output, final[0], final[1] };
        });
        return (results[0], results[1], results[2]);
    }

    public new (Tensor, Tensor, Tensor) call(Tensor input, (Tensor, Tensor)? h0_c0 = null) => base.call(input, h0_c0);

    public (PackedSequence, Tensor, Tensor) call(PackedSequence input, (Tensor, Tensor)? h0_c0 = null)
    {
        var (output, final) = network.Run(HeldParameter, input, [h0_c0?.Item1, h0_c0?.Item2], training);
        return (output, final[0], final[1]);
    }

    // The parameters are separate tensors here, and need no flattening.
    public void flatten_parameters()
    {
    }
}

using TorchSharp.Layers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.utils.rnn;

namespace TorchSharp.Modules;

public sealed class GRU : nn.Module<Tensor, Tensor?, (Tensor, Tensor)>
{
    private readonly RecurrentNetwork network;

    internal GRU(RecurrentNetwork network, Device? device, ScalarType? dtype)
        : base(nameof(GRU))
    {
        this.network = network;
        HoldAll(network.Parameters(device, dtype));
    }

    public override (Tensor, Tensor) forward(Tensor input, Tensor? h0) => Op.Composed(() =>
    {
        var (output, final) = network.Run(HeldParameter, input, [h0], training);
        return (output, final[0]);
    });

    public new (Tensor, Tensor) call(Tensor input, Tensor? h0 = null) => base.call(input, h0);

    public (PackedSequence, Tensor) call(PackedSequence input, Tensor? h0 = null)
    {
        var (output, final) = network.Run(HeldParameter, input, [h0], training);
        return (output, final[0]);
    }

    // The parameters are separate tensors here, and need no flattening.
    public void flatten_parameters()
    {
    }
}

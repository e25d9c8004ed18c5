using TorchSharp.Layers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.utils.rnn;

namespace TorchSharp.Modules;

public sealed class RNN : nn.Module<Tensor, Tensor?, (Tensor, Tensor)>
{
    private readonly RecurrentNetwork network;

    internal RNN(RecurrentNetwork network, Device? device, ScalarType? dtype)
        : base(nameof(RNN))
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

    public Parameter? get_bias_ih(long idx) => HeldParameter($"bias_ih_l{idx}");

    public Parameter? get_bias_hh(long idx) => HeldParameter($"bias_hh_l{idx}");

    public Parameter? get_weight_ih(long idx) => HeldParameter($"weight_ih_l{idx}");

    public Parameter? get_weight_hh(long idx) => HeldParameter($"weight_hh_l{idx}");
}

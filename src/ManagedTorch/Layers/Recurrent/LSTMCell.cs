using System.Diagnostics.CodeAnalysis;
using TorchSharp.Layers;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

public sealed class LSTMCell : nn.Module<Tensor, (Tensor, Tensor)?, (Tensor, Tensor)>
{
    private readonly RecurrentCell cell;

    internal LSTMCell(RecurrentCell cell, long inputSize, long hiddenSize, bool bias, Device? device, ScalarType? dtype)
        : base(nameof(LSTMCell))
    {
        this.cell = cell;
        HoldAll(cell.Parameters(inputSize, hiddenSize, bias, device, dtype));
    }

    [DisallowNull]
    public Parameter? weight_ih { get => HeldParameter(); set => Hold(value); }

    [DisallowNull]
    public Parameter? weight_hh { get => HeldParameter(); set => Hold(value); }

    [DisallowNull]
    public Parameter? bias_ih { get => HeldParameter(); set => Hold(value); }

    [DisallowNull]
    public Parameter? bias_hh { get => HeldParameter(); set => Hold(value); }

    public override (Tensor, Tensor) forward(Tensor input, (Tensor, Tensor)? h0_c0 = null) => Op.Composed(() =>
    {
        Tensor[] next = cell.Step(HeldParameter, input, h0_c0?.Item1, h0_c0?.Item2);
        return (next[0], next[1]);
    });

    public new (Tensor, Tensor) call(Tensor input, (Tensor, Tensor)? h0_c0 = null) => base.call(input, h0_c0);
}

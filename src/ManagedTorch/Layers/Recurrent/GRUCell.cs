using System.Diagnostics.CodeAnalysis;
using TorchSharp.Layers;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

public sealed class GRUCell : nn.Module<Tensor, Tensor?, Tensor>
{
    private readonly RecurrentCell cell;

    internal GRUCell(RecurrentCell cell, long inputSize, long hiddenSize, bool bias, Device? device, ScalarType? dtype)
        : base(nameof(GRUCell))
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

    public override Tensor forward(Tensor input, Tensor? h0 = null) => Op.Composed(() => cell.Step(HeldParameter, input, h0)[0]);
}

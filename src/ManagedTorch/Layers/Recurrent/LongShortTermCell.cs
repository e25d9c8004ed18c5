using static TorchSharp.torch;

namespace TorchSharp.Layers;

/// <summary>Gates input, forget, candidate and output, in this order: c′ = f·c + i·g, h′ = o·tanh c′.</summary>
internal sealed class LongShortTermCell : RecurrentCell
{
    public override int Gates => 4;

    public override Tensor[] Next(Tensor fromInput, Tensor fromHidden, Tensor[] state)
    {
        Tensor[] gates = (fromInput + fromHidden).chunk(4, -1);
        Tensor cell = (gates[1].sigmoid() * state[1]) + (gates[0].sigmoid() * gates[2].tanh());
        return [gates[3].sigmoid() * cell.tanh(), cell];
    }
}

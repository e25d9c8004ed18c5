using static TorchSharp.torch;

namespace TorchSharp.Layers;

/// <summary>Gates reset, update and candidate, in this order: n = tanh(Wx + r·Uh), h′ = n + z·(h − n).</summary>
internal sealed class GatedCell : RecurrentCell
{
    public override int Gates => 3;

    public override Tensor[] Next(Tensor fromInput, Tensor fromHidden, Tensor[] state)
    {
        Tensor[] input = fromInput.chunk(3, -1), hidden = fromHidden.chunk(3, -1);
        Tensor reset = (input[0] + hidden[0]).sigmoid(), update = (input[1] + hidden[1]).sigmoid();
        Tensor candidate = (input[2] + (reset * hidden[2])).tanh();
        return [candidate + (update * (state[0] - candidate))];
    }
}

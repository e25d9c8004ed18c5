using static TorchSharp.torch;

namespace TorchSharp.Layers;

/// <summary>h′ = tanh(Wx + Uh), or with ReLU.</summary>
internal sealed class ElmanCell(nn.NonLinearities nonLinearity) : RecurrentCell
{
    public override int Gates => 1;

    public override Tensor[] Next(Tensor fromInput, Tensor fromHidden, Tensor[] state)
    {
        Tensor sum = fromInput + fromHidden;
        return [nonLinearity == nn.NonLinearities.ReLU ? sum.relu() : sum.tanh()];
    }
}

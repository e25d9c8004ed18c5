using static TorchSharp.torch;

namespace TorchSharp.Modules;

public sealed class Softmax2d : ParameterLessModule<Tensor, Tensor>
{
    internal Softmax2d()
        : base(nameof(Softmax2d))
    {
    }

    public override Tensor forward(Tensor input) => nn.functional.softmax2d(input);
}

using static TorchSharp.torch;

namespace TorchSharp.Modules;

public sealed class Dropout1d : ParameterLessModule<Tensor, Tensor>
{
    internal Dropout1d(double p, bool inplace)
        : base(nameof(Dropout1d))
    {
        this.p = p;
        this.inplace = inplace;
    }

    public double p { get; set; }

    public bool inplace { get; set; }

    public override Tensor forward(Tensor input)
    {
        if (input.dim() != 3) throw new ArgumentException($"Dropout1d takes [images, channels, length], but got [{string.Join(", ", input.shape)}].", nameof(input));
        return nn.functional.dropout1d(input, p, training, inplace);
    }
}

using static TorchSharp.torch;

namespace TorchSharp.Modules;

public sealed class Linear : nn.Module<Tensor, Tensor>
{
    internal Linear(Parameter weight, Parameter? bias)
        : base(nameof(Linear))
    {
        in_features = weight.shape[1];
        out_features = weight.shape[0];
        this.weight = weight;
        if (bias is not null) this.bias = bias;
        RememberDevice(weight.device);
    }

    internal Linear(long inputSize, long outputSize, bool hasBias, Device? device, ScalarType? dtype)
        : base(nameof(Linear))
    {
        in_features = inputSize;
        out_features = outputSize;
        weight = nn.Parameter(empty(outputSize, inputSize, device: device, dtype: dtype));
        nn.init.kaiming_uniform_(weight, a: Math.Sqrt(5));
        RememberDevice(weight.device);
        if (!hasBias) return;
        bias = nn.Parameter(empty(outputSize, device: device, dtype: dtype));
        double bound = inputSize > 0 ? 1 / Math.Sqrt(inputSize) : 0;
        nn.init.uniform_(bias, -bound, bound);
    }

    public long in_features { get; set; }

    public long out_features { get; set; }

    public Parameter? bias { get => HeldParameter(); set => Hold(value); }

    public Parameter weight { get => HeldParameter()!; set => Hold(value); }

    public override Tensor forward(Tensor tensor) => nn.functional.linear(tensor, weight, bias);
}

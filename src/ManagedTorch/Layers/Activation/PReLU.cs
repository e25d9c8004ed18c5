using static TorchSharp.torch;

namespace TorchSharp.Modules;

public sealed class PReLU : nn.Module<Tensor, Tensor>
{
    internal PReLU(long num_parameters, double init, Device? device, ScalarType? dtype)
        : base(nameof(PReLU))
    {
        this.num_parameters = num_parameters;
        this.init = init;
        weight = nn.Parameter(full(num_parameters, init, device: device, dtype: dtype));
        RememberDevice(weight.device);
    }

    public long num_parameters { get; }

    public double init { get; }

    public Parameter weight { get => HeldParameter()!; set => Hold(value); }

    public override Tensor forward(Tensor tensor) => nn.functional.prelu(tensor, weight);
}

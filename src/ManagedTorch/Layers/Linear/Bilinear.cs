using static TorchSharp.torch;

namespace TorchSharp.Modules;

public sealed class Bilinear : nn.Module<Tensor, Tensor, Tensor>
{
    internal Bilinear(long in1_features, long in2_features, long out_features, bool hasBias, Device? device, ScalarType? dtype)
        : base(nameof(Bilinear))
    {
        this.in1_features = in1_features;
        this.in2_features = in2_features;
        this.out_features = out_features;
        double bound = 1 / Math.Sqrt(in1_features);
        weight = nn.Parameter(empty(out_features, in1_features, in2_features, device: device, dtype: dtype));
        nn.init.uniform_(weight, -bound, bound);
        RememberDevice(weight.device);
        if (!hasBias) return;
        bias = nn.Parameter(empty(out_features, device: device, dtype: dtype));
        nn.init.uniform_(bias, -bound, bound);
    }

    public long in1_features { get; set; }

    public long in2_features { get; set; }

    public long out_features { get; set; }

    public Parameter? bias { get => HeldParameter(); set => Hold(value); }

    public Parameter weight { get => HeldParameter()!; set => Hold(value); }

    public override Tensor forward(Tensor input1, Tensor input2) => nn.functional.bilinear(input1, input2, weight, bias);
}

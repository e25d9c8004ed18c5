using static TorchSharp.torch;

namespace TorchSharp.Modules;

public sealed class GroupNorm : nn.Module<Tensor, Tensor>
{
    internal GroupNorm(long num_groups, long num_channels, double eps, bool affine, Device? device, ScalarType? dtype)
        : base(nameof(GroupNorm))
    {
        this.num_groups = num_groups;
        this.eps = eps;
        this.affine = affine;
        if (!affine) return;
        weight = nn.Parameter(ones(num_channels, dtype, device));
        bias = nn.Parameter(zeros(num_channels, dtype, device));
        RememberDevice(weight.device);
    }

    public long num_groups { get; set; }

    public double eps { get; set; }

    public bool affine { get; set; }

    public Parameter? bias { get => HeldParameter(); set => Hold(value); }

    public Parameter weight { get => HeldParameter()!; set => Hold(value); }

    public override Tensor forward(Tensor tensor)
    {
        if (tensor.dim() < 3) throw new ArgumentException($"Invalid number of dimensions for GroupNorm argument: {tensor.dim()}", nameof(tensor));
        return nn.functional.group_norm(tensor, num_groups, weight, bias, eps);
    }
}

using static TorchSharp.torch;

namespace TorchSharp.Modules;

public abstract class InstanceNorm : NormBase
{
    protected InstanceNorm(
        long num_features, double eps, double? momentum, bool affine, bool track_running_stats, Device? device, ScalarType? dtype, string name)
        : base(num_features, eps, momentum ?? 0.1, affine, track_running_stats, device, dtype, name)
    {
    }

    public override Tensor forward(Tensor input)
    {
        ValidateInputDimensions(input);
        int channel = (int)(input.dim() - GetNumberOfBatchDimensions());
        if (input.shape[channel] != num_features)
            throw new ArgumentException($"expected input's size at dim={channel} to match num_features ({num_features}), but got: {input.shape[channel]}.", nameof(input));
        return channel > 0 ? Normalize(input) : Op.Composed(() => Normalize(input.unsqueeze(0)).squeeze(0));
    }

    protected abstract long GetNumberOfBatchDimensions();

    private Tensor Normalize(Tensor input) => nn.functional.instance_norm(
        input, running_mean, running_var, weight, bias, training || !track_running_stats, momentum ?? 0.1, eps);
}

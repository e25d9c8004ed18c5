using TorchSharp.Layers;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

public abstract class NormBase : nn.Module<Tensor, Tensor>
{
    protected NormBase(
        long num_features, double eps, double? momentum, bool affine, bool track_running_stats, Device? device, ScalarType? dtype, string name)
        : base(name)
    {
        this.num_features = num_features;
        this.eps = eps;
        this.momentum = momentum;
        this.affine = affine;
        this.track_running_stats = track_running_stats;
        if (affine)
        {
            weight = nn.Parameter(empty(num_features, dtype, device));
            bias = nn.Parameter(empty(num_features, dtype, device));
        }
        if (track_running_stats)
        {
            running_mean = zeros(num_features, dtype, device);
            running_var = ones(num_features, dtype, device);

            // TorchSharp gives the count of batches the floating-point type that is asked for.
            num_batches_tracked = tensor(0L, dtype, device);
        }
        RememberDevice((weight ?? running_mean)?.device);
        reset_parameters();
    }

    public long num_features { get; private set; }

    public double eps { get; set; }

    public double? momentum { get; set; }

    public bool affine { get; private set; }

    public bool track_running_stats { get; private set; }

    public Parameter? bias { get => HeldParameter(); set => Hold(value); }

    public Parameter weight { get => HeldParameter()!; set => Hold(value); }

    public Tensor? running_mean { get => HeldBuffer(); set => HoldBuffer(value); }

    public Tensor? running_var { get => HeldBuffer(); set => HoldBuffer(value); }

    public Tensor? num_batches_tracked { get => HeldBuffer(); set => HoldBuffer(value); }

    public void reset_running_stats()
    {
        if (!track_running_stats) return;
        nn.init.zeros_(running_mean!);
        nn.init.ones_(running_var!);
        nn.init.zeros_(num_batches_tracked!);
    }

    public void reset_parameters()
    {
        reset_running_stats();
        if (!affine) return;
        nn.init.ones_(weight);
        nn.init.zeros_(bias!);
    }

    protected abstract void ValidateInputDimensions(Tensor input);
}

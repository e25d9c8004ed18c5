using static TorchSharp.torch;

namespace TorchSharp.Modules;

public class Normal : distributions.Distribution
{
    private Tensor loc;
    private Tensor scale;

    public Normal(Tensor loc, Tensor scale, Generator? generator = null)
        : base(generator)
    {
        (this.loc, this.scale) = Held.Broadcast(loc, scale);
        batch_shape = new Size(this.loc.shape);
    }

    public override Tensor mean => loc;

    public override Tensor mode => loc;

    public override Tensor stddev => scale;

    public override Tensor variance => scale.square();

    public override Tensor sample(params long[] sample_shape)
    {
        using var _ = no_grad();
        return rsample(sample_shape);
    }

    public override Tensor rsample(params long[] sample_shape) =>
        Op.Composed(() => loc + (scale * randn(ExtendedShape(sample_shape), dtype: loc.dtype, device: loc.device, generator: generator)));

    public override Tensor log_prob(Tensor value) =>
        Op.Composed(() => ((value - loc) / scale).square() * -0.5 - scale.log() - (Math.Log(2 * Math.PI) / 2));

    public override Tensor entropy() => Op.Composed(() => scale.log() + (0.5 + (Math.Log(2 * Math.PI) / 2)));

    public override Tensor cdf(Tensor value) => Op.Composed(() => (((value - loc) / (scale * Math.Sqrt(2))).erf() + 1) * 0.5);

    public override Tensor icdf(Tensor value) => Op.Composed(() => loc + (scale * ((value * 2) - 1).erfinv() * Math.Sqrt(2)));

    public override distributions.Distribution expand(Size batch_shape, distributions.Distribution? instance = null)
    {
        Tensor wideLoc = loc.expand(batch_shape), wideScale = scale.expand(batch_shape);
        Normal wide = Held.Target(instance, () => new Normal(wideLoc, wideScale, generator));
        (wide.loc, wide.scale, wide.batch_shape) = (wideLoc, wideScale, batch_shape);
        return wide;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            loc.Dispose();
            scale.Dispose();
        }
        base.Dispose(disposing);
    }
}

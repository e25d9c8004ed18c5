using static TorchSharp.torch;

namespace TorchSharp.Modules;

public class Uniform : distributions.Distribution
{
    private Tensor low;
    private Tensor high;

    public Uniform(Tensor low, Tensor high, Generator? generator = null)
        : base(generator, new Size(low.shape)) => (this.low, this.high) = Held.Broadcast(low, high);

    public override Tensor mean => Op.Composed(() => (high + low) / 2);

    public override Tensor mode => high * double.NaN;

    public override Tensor variance => Op.Composed(() => (high - low).square() / 12);

    public override Tensor rsample(params long[] sample_shape) =>
        Op.Composed(() => low + (rand(ExtendedShape(sample_shape), dtype: low.dtype, device: low.device, generator: generator) * (high - low)));

    public override Tensor log_prob(Tensor value) => Op.Composed(() => low.le(value).logical_and(high.gt(value)).type_as(low).log() - (high - low).log());

    public override Tensor entropy() => Op.Composed(() => (high - low).log());

    public override Tensor cdf(Tensor value) => Op.Composed(() => ((value - low) / (high - low)).clamp(0, 1));

    public override Tensor icdf(Tensor value) => Op.Composed(() => (value * (high - low)) + low);

    public override distributions.Distribution expand(Size batch_shape, distributions.Distribution? instance = null)
    {
        Tensor wideLow = low.expand(batch_shape), wideHigh = high.expand(batch_shape);
        Uniform wide = Held.Target(instance, () => new Uniform(wideLow, wideHigh, generator));
        (wide.low, wide.high, wide.batch_shape) = (wideLow, wideHigh, batch_shape);
        return wide;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            low.Dispose();
            high.Dispose();
        }
        base.Dispose(disposing);
    }
}

using static TorchSharp.torch;

namespace TorchSharp.Modules;

public class Categorical : distributions.Distribution
{
    private Tensor? ofProbs;
    private Tensor? ofLogits;

    public Categorical(Tensor? probs = null, Tensor? logits = null, Generator? generator = null)
        : base(generator)
    {
        Tensor given = probs ?? logits ?? throw new ArgumentException("Either probs or logits are given: there are neither.");
        ofProbs = probs is null ? null : Op.Composed(() => probs / probs.sum([-1L], keepdim: true)).DetachFromDisposeScope();
        ofLogits = logits is null ? null : Op.Composed(() => logits - logits.logsumexp(-1, keepdim: true)).DetachFromDisposeScope();
        batch_shape = new Size(given.shape[..^1]);
    }

    public Tensor probs => ofProbs ?? LogitsToProbs(ofLogits!);

    public Tensor logits => ofLogits ?? ProbsToLogits(ofProbs!);

    public long[] param_shape => (ofProbs ?? ofLogits)!.shape;

    public override Tensor mean => full(ExtendedShape(), double.NaN, dtype: (ofProbs ?? ofLogits)!.dtype, device: (ofProbs ?? ofLogits)!.device);

    public override Tensor variance => mean;

    public override Tensor rsample(params long[] sample_shape) => Op.Composed(() =>
    {
        long draws = sample_shape.Aggregate(1L, (product, size) => product * size);
        return multinomial(probs.reshape(-1, param_shape[^1]), draws, true, generator).t().reshape(ExtendedShape(sample_shape));
    });

    public override Tensor log_prob(Tensor value) => Op.Composed(() =>
    {
        Tensor index = value.to(ScalarType.Int64).unsqueeze(-1), scores = logits;
        IList<Tensor> both = broadcast_tensors(index, scores);
        return both[1].gather(-1, both[0].narrow(-1, 0, 1)).squeeze(-1);
    });

    // A class without probability adds nothing, where −∞ times zero would be NaN.
    public override Tensor entropy() => Op.Composed(() => -(logits.clamp(min: finfo(logits.dtype).min) * probs).sum([-1L]));

    public override distributions.Distribution expand(Size batch_shape, distributions.Distribution? instance = null)
    {
        long[] shape = [.. batch_shape.Shape, param_shape[^1]];
        Tensor? p = ofProbs?.expand(shape), l = ofLogits?.expand(shape);
        Categorical wide = Held.Target(instance, () => new Categorical(p, l, generator));
        (wide.ofProbs, wide.ofLogits, wide.batch_shape) = (p, l, batch_shape);
        return wide;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            ofProbs?.Dispose();
            ofLogits?.Dispose();
        }
        base.Dispose(disposing);
    }
}

using static TorchSharp.torch;

namespace TorchSharp.Modules;

public class Bernoulli : distributions.Distribution
{
    private Tensor? ofProbs;
    private Tensor? ofLogits;

    public Bernoulli(Tensor? p = null, Tensor? l = null, Generator? generator = null)
        : base(generator)
    {
        if (p is null == l is null) throw new ArgumentException("Either probs or logits are given, not both and not neither.");
        batch_shape = new Size((p ?? l)!.shape);
        ofProbs = p?.alias().DetachFromDisposeScope();
        ofLogits = l?.alias().DetachFromDisposeScope();
    }

    public Tensor probs => ofProbs ?? LogitsToProbs(ofLogits!, isBinary: true);

    public Tensor logits => ofLogits ?? ProbsToLogits(ofProbs!, isBinary: true);

    public override Tensor mean => probs;

    public override Tensor variance => Op.Composed(() => probs * (1 - probs));

    public override Tensor rsample(params long[] sample_shape) => Op.Composed(() => bernoulli(probs.expand(ExtendedShape(sample_shape)), generator));

    public override Tensor log_prob(Tensor value) => Op.Composed(() =>
    {
        IList<Tensor> both = broadcast_tensors(logits, value);
        return -nn.functional.binary_cross_entropy_with_logits(both[0], both[1], reduction: nn.Reduction.None);
    });

    public override Tensor entropy() => Op.Composed(() => nn.functional.binary_cross_entropy_with_logits(logits, probs, reduction: nn.Reduction.None));

    public override distributions.Distribution expand(Size batch_shape, distributions.Distribution? instance = null)
    {
        Tensor? p = ofProbs?.expand(batch_shape), l = ofLogits?.expand(batch_shape);
        Bernoulli wide = Held.Target(instance, () => new Bernoulli(p, l, generator));
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

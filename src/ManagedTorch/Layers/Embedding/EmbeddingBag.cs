using System.Diagnostics.CodeAnalysis;
using TorchSharp.Layers;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

public sealed class EmbeddingBag : nn.Module<Tensor, Tensor?, Tensor?, Tensor>
{
    private readonly Bags bags;

    internal EmbeddingBag(Tensor weight, bool freeze, Bags bags)
        : base(nameof(EmbeddingBag))
    {
        this.bags = bags;
        this.weight = nn.Parameter(weight, requires_grad: !freeze);
        RememberDevice(this.weight.device);
    }

    [DisallowNull]
    public Parameter? weight { get => HeldParameter(); set => Hold(value); }

    public override Tensor forward(Tensor input, Tensor? offsets, Tensor? perSampleWeights) => bags.Reduce(weight!, input, offsets, perSampleWeights);

    public Tensor call(Tensor input) => call(input, null, null);

    public Tensor call(Tensor input, Tensor? offsets) => call(input, offsets, null);

    public new Tensor call(Tensor input, Tensor? offsets, Tensor? perSampleWeights)
    {
        if (!is_integral(input)) throw new ArgumentException($"Rows are found by integers, not by {input.dtype}.", nameof(input));
        if (offsets is not null && input.dtype != offsets.dtype) throw new ArgumentException($"The input is of {input.dtype} and its offsets of {offsets.dtype}: one type is for both.", nameof(offsets));
        if (input.dim() == 1 && offsets is null) throw new ArgumentException("An input in one row is divided into bags by offsets: there are none.", nameof(offsets));
        if (input.dim() == 2 && offsets is not null) throw new ArgumentException("Each row of the input is a bag: offsets are for an input in one row.", nameof(offsets));
        return base.call(input, offsets, perSampleWeights);
    }
}

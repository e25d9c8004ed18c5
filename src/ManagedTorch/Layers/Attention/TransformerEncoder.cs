using static TorchSharp.torch;

namespace TorchSharp.Modules;

public sealed class TransformerEncoder : nn.Module<Tensor, Tensor, Tensor, Tensor>, nn.IModule<Tensor, Tensor, Tensor>, nn.IModule<Tensor, Tensor>
{
    private readonly ModuleList<TransformerEncoderLayer> layers;
    private readonly LayerNorm? norm;

    internal TransformerEncoder(TransformerEncoderLayer layer, long count, LayerNorm? norm)
        : base(nameof(TransformerEncoder))
    {
        layers = new([.. Enumerable.Range(0, (int)count).Select(_ => layer.Copy())]);
        this.norm = norm;
        RegisterComponents();
    }

    public enum Activations
    {
        ReLU = 0,
        GELU = 1,
    }

    public override Tensor forward(Tensor src, Tensor src_mask, Tensor src_key_padding_mask) => Op.Composed(() =>
    {
        Tensor x = src.alias();
        foreach (TransformerEncoderLayer layer in layers) x = layer.call(x, src_mask, src_key_padding_mask);
        return norm is null ? x : norm.forward(x);
    });

    public Tensor call(Tensor src, Tensor src_mask) => base.call(src, src_mask, null!);

    public Tensor call(Tensor src) => base.call(src, null!, null!);
}

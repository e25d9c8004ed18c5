using static TorchSharp.torch;

namespace TorchSharp.Modules;

public sealed class TransformerDecoder : nn.Module<Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor>, nn.IModule<Tensor, Tensor, Tensor>
{
    private readonly ModuleList<TransformerDecoderLayer> layers;
    private readonly LayerNorm? norm;

    internal TransformerDecoder(TransformerDecoderLayer layer, long count, LayerNorm? norm)
        : base(nameof(TransformerDecoder))
    {
        layers = new([.. Enumerable.Range(0, (int)count).Select(_ => layer.Copy())]);
        this.norm = norm;
        RegisterComponents();
    }

    public override Tensor forward(
        Tensor tgt, Tensor memory, Tensor tgt_mask, Tensor memory_mask, Tensor tgt_key_padding_mask, Tensor memory_key_padding_mask) => Op.Composed(() =>
    {
        Tensor x = tgt.alias();
        foreach (TransformerDecoderLayer layer in layers)
            x = layer.call(x, memory, tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask);
        return norm is null ? x : norm.forward(x);
    });

    public new Tensor call(
        Tensor tgt, Tensor memory, Tensor tgt_mask, Tensor? memory_mask = null, Tensor? tgt_key_padding_mask = null, Tensor? memory_key_padding_mask = null) =>
        base.call(tgt, memory, tgt_mask, memory_mask!, tgt_key_padding_mask!, memory_key_padding_mask!);

    public Tensor call(Tensor tgt, Tensor memory) => base.call(tgt, memory, null!, null!, null!, null!);
}

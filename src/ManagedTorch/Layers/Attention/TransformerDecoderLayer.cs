using static TorchSharp.torch;

namespace TorchSharp.Modules;

public sealed class TransformerDecoderLayer : nn.Module<Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor>, nn.IModule<Tensor, Tensor, Tensor>
{
    private readonly TransformerSize size;
    private readonly MultiheadAttention self_attn;
    private readonly MultiheadAttention multihead_attn;
    private readonly FeedForward feedForward;
    private readonly LayerNorm norm1;
    private readonly LayerNorm norm2;
    private readonly LayerNorm norm3;
    private readonly Dropout dropout1;
    private readonly Dropout dropout2;

    internal TransformerDecoderLayer(TransformerSize size)
        : base(nameof(TransformerDecoderLayer))
    {
        this.size = size;
        self_attn = nn.MultiheadAttention(size.Model, size.Heads, size.Dropout);
        multihead_attn = nn.MultiheadAttention(size.Model, size.Heads, size.Dropout);
        feedForward = new(size);
        norm1 = nn.LayerNorm(size.Model);
        norm2 = nn.LayerNorm(size.Model);
        norm3 = nn.LayerNorm(size.Model);
        dropout1 = nn.Dropout(size.Dropout);
        dropout2 = nn.Dropout(size.Dropout);
        register_module(nameof(self_attn), self_attn);
        register_module(nameof(multihead_attn), multihead_attn);
        feedForward.Register(register_module, "dropout3");
        register_module(nameof(norm1), norm1);
        register_module(nameof(norm2), norm2);
        register_module(nameof(norm3), norm3);
        register_module(nameof(dropout1), dropout1);
        register_module(nameof(dropout2), dropout2);
    }

    public override Tensor forward(
        Tensor tgt, Tensor memory, Tensor tgt_mask, Tensor memory_mask, Tensor tgt_key_padding_mask, Tensor memory_key_padding_mask) => Op.Composed(() =>
    {
        Tensor attended = self_attn.call(tgt, tgt, tgt, tgt_key_padding_mask, need_weights: false, tgt_mask).Item1;
        Tensor x = norm1.forward(tgt + dropout1.forward(attended));
        attended = multihead_attn.call(x, memory, memory, memory_key_padding_mask, need_weights: false, memory_mask).Item1;
        x = norm2.forward(x + dropout2.forward(attended));
        return norm3.forward(x + feedForward.Run(x));
    });

    public new Tensor call(
        Tensor tgt, Tensor memory, Tensor tgt_mask, Tensor? memory_mask = null, Tensor? tgt_key_padding_mask = null, Tensor? memory_key_padding_mask = null) =>
        base.call(tgt, memory, tgt_mask, memory_mask!, tgt_key_padding_mask!, memory_key_padding_mask!);

    public Tensor call(Tensor tgt, Tensor memory) => base.call(tgt, memory, null!, null!, null!, null!);

    /// <summary>A layer with parameters of its own that start from this one's values.</summary>
    internal TransformerDecoderLayer Copy() => TransformerSize.Copied(this, new TransformerDecoderLayer(size));
}

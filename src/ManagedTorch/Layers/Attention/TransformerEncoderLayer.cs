using static TorchSharp.torch;

namespace TorchSharp.Modules;

public sealed class TransformerEncoderLayer : nn.Module<Tensor, Tensor>, nn.IModule<Tensor, Tensor, Tensor>, nn.IModule<Tensor, Tensor, Tensor, Tensor>
{
    private readonly TransformerSize size;
    private readonly MultiheadAttention self_attn;
    private readonly FeedForward feedForward;
    private readonly LayerNorm norm1;
    private readonly LayerNorm norm2;
    private readonly Dropout dropout1;

    internal TransformerEncoderLayer(TransformerSize size)
        : base(nameof(TransformerEncoderLayer))
    {
        this.size = size;
        self_attn = nn.MultiheadAttention(size.Model, size.Heads, size.Dropout);
        feedForward = new(size);
        norm1 = nn.LayerNorm(size.Model);
        norm2 = nn.LayerNorm(size.Model);
        dropout1 = nn.Dropout(size.Dropout);
        register_module(nameof(self_attn), self_attn);
        feedForward.Register(register_module, "dropout2");
        register_module(nameof(norm1), norm1);
        register_module(nameof(norm2), norm2);
        register_module(nameof(dropout1), dropout1);
    }

    public override Tensor forward(Tensor src) => call(src, null!, null!);

    public Tensor call(Tensor src, Tensor src_mask) => call(src, src_mask, null!);

    public Tensor call(Tensor src, Tensor src_mask, Tensor src_key_padding_mask) => Op.Composed(() =>
    {
        Tensor attended = self_attn.call(src, src, src, src_key_padding_mask, need_weights: false, src_mask).Item1;
        Tensor x = norm1.forward(src + dropout1.forward(attended));
        return norm2.forward(x + feedForward.Run(x));
    });

    /// <summary>A layer with parameters of its own that start from this one's values.</summary>
    internal TransformerEncoderLayer Copy() => TransformerSize.Copied(this, new TransformerEncoderLayer(size));
}

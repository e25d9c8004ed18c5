using static TorchSharp.torch;

namespace TorchSharp.Modules;

public sealed class Transformer : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly TransformerEncoder encoder;
    private readonly TransformerDecoder decoder;

    internal Transformer(TransformerSize size, long encoderLayers, long decoderLayers)
        : base(nameof(Transformer))
    {
        using var encoderLayer = new TransformerEncoderLayer(size);
        using var decoderLayer = new TransformerDecoderLayer(size);
        encoder = new(encoderLayer, encoderLayers, nn.LayerNorm(size.Model));
        decoder = new(decoderLayer, decoderLayers, nn.LayerNorm(size.Model));
        RegisterComponents();
        foreach (Parameter parameter in parameters().Where(p => p.dim() > 1)) nn.init.xavier_uniform_(parameter);
    }

    public override Tensor forward(Tensor src, Tensor tgt) => call(src, tgt, null!);

    public Tensor call(
        Tensor src, Tensor tgt, Tensor src_mask, Tensor? tgt_mask = null, Tensor? memory_mask = null, Tensor? src_key_padding_mask = null,
        Tensor? tgt_key_padding_mask = null, Tensor? memory_key_padding_mask = null) => Op.Composed(() =>
    {
        Tensor memory = encoder.call(src, src_mask, src_key_padding_mask!);
        return decoder.call(tgt, memory, tgt_mask!, memory_mask, tgt_key_padding_mask, memory_key_padding_mask);
    });
}

using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Models;

/// <summary>Tokens [n, time] → logits of the next token [n, time, 12]; learnt positions and two encoder layers that see no later token and no padding.</summary>
internal sealed class CausalTransformer : nn.Module<Tensor, Tensor>
{
    public const long Padding = 0, Longest = 8;

    private readonly Embedding tokens = nn.Embedding(12, 16, padding_idx: Padding);
    private readonly Embedding positions = nn.Embedding(Longest, 16);
    private readonly TransformerEncoder encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(16, 2, dim_feedforward: 32, dropout: 0.1), 2);
    private readonly Linear head = nn.Linear(16, 12);

    public CausalTransformer() : base(nameof(CausalTransformer)) => RegisterComponents();

    public override Tensor forward(Tensor x)
    {
        long time = x.shape[1];
        Tensor embedded = tokens.call(x) + positions.call(arange(time, device: x.device));
        Tensor later = full(time, time, float.NegativeInfinity, device: x.device).triu(1);
        Tensor padding = zeros_like(x, dtype: ScalarType.Float32).masked_fill(x.eq(Padding), float.NegativeInfinity);
        return head.call(encoder.call(embedded.transpose(0, 1), later, padding).transpose(0, 1));
    }
}

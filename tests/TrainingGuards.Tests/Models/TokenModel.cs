using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Models;

/// <summary>Tokens [n, time] → logits of the next token [n, time, 12]; each position sees itself and the mean of those before it.</summary>
internal sealed class TokenModel : nn.Module<Tensor, Tensor>
{
    private readonly Embedding embedding = nn.Embedding(12, 16);
    private readonly Linear mix = nn.Linear(32, 32);
    private readonly LayerNorm norm = nn.LayerNorm(32);
    private readonly Linear head = nn.Linear(32, 12);

    public TokenModel() : base(nameof(TokenModel)) => RegisterComponents();

    public override Tensor forward(Tensor tokens)
    {
        Tensor own = embedding.call(tokens);
        Tensor count = arange(1, tokens.shape[1] + 1, dtype: ScalarType.Float32, device: tokens.device).unsqueeze(-1);
        Tensor past = own.cumsum(1) / count;
        return head.call(norm.call(nn.functional.relu(mix.call(cat([own, past], -1)))));
    }
}

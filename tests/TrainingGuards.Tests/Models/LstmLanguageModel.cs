using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Models;

/// <summary>Tokens [n, time] → logits of the next token [n, time, 12], by an LSTM.</summary>
internal sealed class LstmLanguageModel : nn.Module<Tensor, Tensor>
{
    private readonly Embedding embedding = nn.Embedding(12, 16);
    private readonly LSTM recurrent = nn.LSTM(16, 32, batchFirst: true);
    private readonly Linear head = nn.Linear(32, 12);

    public LstmLanguageModel() : base(nameof(LstmLanguageModel)) => RegisterComponents();

    public override Tensor forward(Tensor tokens)
    {
        (Tensor states, _, _) = recurrent.call(embedding.call(tokens));
        return head.call(states);
    }
}

using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Models;

/// <summary>Sequences [n, time, 4] → logits [n, 3], from the last state of an LSTM.</summary>
internal sealed class SequenceClassifier : nn.Module<Tensor, Tensor>
{
    private readonly LSTM recurrent = nn.LSTM(4, 16, batchFirst: true);
    private readonly Linear head = nn.Linear(16, 3);

    public SequenceClassifier() : base(nameof(SequenceClassifier)) => RegisterComponents();

    public override Tensor forward(Tensor x)
    {
        (Tensor states, _, _) = recurrent.call(x);
        return head.call(states.select(1, -1));
    }
}

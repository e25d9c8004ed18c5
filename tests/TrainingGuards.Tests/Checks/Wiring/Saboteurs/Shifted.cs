using TrainingGuards.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>A language model whose targets are shifted by the data and by the loss; sound where the two are 1 together.</summary>
internal static class Shifted
{
    public static Setup Setup(int data = 1, int loss = 0) => SoundSetups.LstmLanguageModel with
    {
        Batch = () => Cut(data),
        Loss = (output, target) => Paired(output, target, loss),
        PaddingIndex = null,
    };

    /// <summary>Tokens [16, 8] that count on, and those that follow them after a number of steps.</summary>
    public static Batch Cut(int shift)
    {
        Tensor start = randint(11, [16, 1], dtype: ScalarType.Int64), stride = randint(1, 3, [16, 1], dtype: ScalarType.Int64);
        Tensor text = (start + (stride * arange(20, dtype: ScalarType.Int64).unsqueeze(0))).remainder(11) + 1;
        return (text.narrow(1, 6, 8).contiguous(), text.narrow(1, 6 + shift, 8).contiguous());
    }

    /// <summary>The loss of output t and target t + ahead.</summary>
    public static Tensor Paired(Tensor output, Tensor target, int ahead)
    {
        long left = output.shape[1] - Math.Abs(ahead);
        return cross_entropy(output.narrow(1, Math.Max(0, -ahead), left).reshape(-1, 12), target.narrow(1, Math.Max(0, ahead), left).reshape(-1));
    }
}

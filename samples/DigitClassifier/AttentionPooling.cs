using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace DigitClassifier;

/// <summary>A mean over positions, weighted by learned attention: features <c>[N, C, P]</c> to <c>[N, C]</c>.</summary>
public sealed class AttentionPooling : Module<Tensor, Tensor>
{
    private readonly Linear attention;

    /// <summary>Attention over positions with a number of features each.</summary>
    public AttentionPooling(int channels) : base(nameof(AttentionPooling))
    {
        attention = Linear(channels, 1);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor features)
    {
        using var scope = NewDisposeScope();
        // Positions first, as everything in TorchSharp that attends: [P, N, C].
        Tensor positions = features.permute(2, 0, 1);
        Tensor weights = softmax(attention.call(positions), dim: 0);
        return (weights * positions).sum(dim: 0).MoveToOuterDisposeScope();
    }
}

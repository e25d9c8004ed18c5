using TorchSharp.Modules;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Dynamics.Saboteurs;

/// <summary>A softmax of scores of which some rows are masked throughout.</summary>
internal sealed class SoftmaxOfMasked : nn.Module<Tensor, Tensor>
{
    private readonly Linear hidden = nn.Linear(8, 32);
    private readonly Linear head = nn.Linear(32, 4);

    public SoftmaxOfMasked() : base(nameof(SoftmaxOfMasked)) => RegisterComponents();

    public static Setup Setup { get; } = SoundSetups.Classifier with { Model = () => new SoftmaxOfMasked(), Evaluate = null };

    public override Tensor forward(Tensor x)
    {
        Tensor features = hidden.call(x);
        Tensor masked = features.masked_fill(x.select(-1, 0).gt(0).unsqueeze(-1), float.NegativeInfinity);
        Tensor weights = masked.softmax(-1);
        return head.call(weights);
    }
}

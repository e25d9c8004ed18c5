using TorchSharp.Modules;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Dynamics.Saboteurs;

/// <summary>A norm that is 0, whose gradient is not finite.</summary>
internal sealed class RootOfZero : nn.Module<Tensor, Tensor>
{
    private readonly Linear hidden = nn.Linear(8, 32);
    private readonly Linear head = nn.Linear(32, 4);

    public RootOfZero() : base(nameof(RootOfZero)) => RegisterComponents();

    public static Setup Setup { get; } = SoundSetups.Classifier with { Model = () => new RootOfZero(), Evaluate = null };

    public override Tensor forward(Tensor x)
    {
        Tensor features = hidden.call(x);
        Tensor active = features.relu();
        Tensor length = (active * 0).square().sum(-1, keepdim: true).sqrt();
        return head.call(active) + length;
    }
}

using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>The trunk runs with gradients off.</summary>
internal sealed class TrunkWithoutGradients : nn.Module<Tensor, Tensor>
{
    private readonly Linear trunk = nn.Linear(8, 32);
    private readonly Linear head = nn.Linear(32, 4);

    public TrunkWithoutGradients() : base(nameof(TrunkWithoutGradients)) => RegisterComponents();

    public override Tensor forward(Tensor x)
    {
        Tensor features;
        using (no_grad())
        {
            features = trunk.call(x);
        }
        return head.call(nn.functional.relu(features));
    }
}

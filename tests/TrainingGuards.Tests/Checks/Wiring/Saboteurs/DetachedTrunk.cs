using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>The graph is cut between trunk and head.</summary>
internal sealed class DetachedTrunk : nn.Module<Tensor, Tensor>
{
    private readonly Sequential trunk = nn.Sequential(nn.Linear(8, 32), nn.ReLU());
    private readonly Linear head = nn.Linear(32, 4);

    public DetachedTrunk() : base(nameof(DetachedTrunk)) => RegisterComponents();

    public override Tensor forward(Tensor x)
    {
        Tensor features = trunk.call(x);
        Tensor seen = features.detach();
        Tensor scaled = seen * 2;
        return head.call(scaled);
    }
}

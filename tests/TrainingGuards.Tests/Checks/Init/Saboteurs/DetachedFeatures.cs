using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Init.Saboteurs;

/// <summary>What the first layer puts out is detached: no gradient reaches it, and its units fire.</summary>
internal sealed class DetachedFeatures : nn.Module<Tensor, Tensor>
{
    private readonly Linear first, head;
    private readonly BatchNorm1d norm = nn.BatchNorm1d(32);

    public DetachedFeatures(bool biased) : base(nameof(DetachedFeatures))
    {
        first = nn.Linear(8, 32, hasBias: biased);
        head = nn.Linear(32, 4);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => head.call(nn.functional.relu(norm.call(first.call(x))).detach());
}

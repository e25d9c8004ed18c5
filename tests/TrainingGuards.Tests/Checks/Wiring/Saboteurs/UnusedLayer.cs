using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>A layer is registered, and forward goes another way.</summary>
internal sealed class UnusedLayer : nn.Module<Tensor, Tensor>
{
    private readonly Linear hidden = nn.Linear(8, 32);
    private readonly Linear spare = nn.Linear(32, 32);
    private readonly Linear head = nn.Linear(32, 4);

    public UnusedLayer() : base(nameof(UnusedLayer)) => RegisterComponents();

    public override Tensor forward(Tensor x)
    {
        Tensor features = nn.functional.relu(hidden.call(x));
        return head.call(features);
    }
}

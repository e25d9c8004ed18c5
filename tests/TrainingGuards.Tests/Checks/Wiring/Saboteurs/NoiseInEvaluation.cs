using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>Noise is added whatever the mode.</summary>
internal sealed class NoiseInEvaluation : nn.Module<Tensor, Tensor>
{
    private readonly Linear hidden = nn.Linear(8, 32);
    private readonly Linear head = nn.Linear(32, 4);

    public NoiseInEvaluation() : base(nameof(NoiseInEvaluation)) => RegisterComponents();

    public override Tensor forward(Tensor x)
    {
        Tensor features = hidden.call(x);
        Tensor noisy = features + (0.1 * randn_like(features));
        return head.call(noisy);
    }
}

using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>A buffer counts the passes, those of evaluation too.</summary>
internal sealed class CountsCalls : nn.Module<Tensor, Tensor>
{
    private readonly Linear head = nn.Linear(8, 4);
    private readonly Tensor calls = zeros(1);

    public CountsCalls() : base(nameof(CountsCalls)) => RegisterComponents();

    public override Tensor forward(Tensor x)
    {
        using (no_grad()) calls.add_(1);
        return head.call(x);
    }
}

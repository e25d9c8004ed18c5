using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Dynamics.Saboteurs;

/// <summary>A head that hardly hears what comes before it.</summary>
internal sealed class Faded : nn.Module<Tensor, Tensor>
{
    private readonly Linear head = nn.Linear(8, 1);

    public Faded() : base(nameof(Faded)) => RegisterComponents();

    public override Tensor forward(Tensor x) => head.call(1e-4 * x);
}

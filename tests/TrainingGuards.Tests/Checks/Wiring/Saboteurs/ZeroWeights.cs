using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>Two layers in a row begin at zero: neither gives the other a gradient.</summary>
internal sealed class ZeroWeights : nn.Module<Tensor, Tensor>
{
    private readonly Linear hidden = nn.Linear(8, 32);
    private readonly Linear head = nn.Linear(32, 4);

    public ZeroWeights() : base(nameof(ZeroWeights))
    {
        foreach (Parameter parameter in hidden.parameters().Concat(head.parameters())) nn.init.zeros_(parameter);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => head.call(nn.functional.relu(hidden.call(x)));
}

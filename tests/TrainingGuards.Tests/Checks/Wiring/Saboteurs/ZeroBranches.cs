using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>Sound: a residual branch that begins at zero, and a low-rank pair of which one half does.</summary>
internal sealed class ZeroBranches : nn.Module<Tensor, Tensor>
{
    private readonly Linear hidden = nn.Linear(8, 16);
    private readonly Linear inner = nn.Linear(16, 16);
    private readonly Linear outer = nn.Linear(16, 16);
    private readonly Linear down = nn.Linear(16, 2, hasBias: false);
    private readonly Linear up = nn.Linear(2, 16, hasBias: false);
    private readonly Linear head = nn.Linear(16, 4);

    public ZeroBranches() : base(nameof(ZeroBranches))
    {
        nn.init.zeros_(outer.weight!);
        nn.init.zeros_(outer.bias!);
        nn.init.zeros_(up.weight!);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        Tensor features = hidden.call(x);
        features = features + outer.call(nn.functional.relu(inner.call(features)));
        features = features + up.call(down.call(features));
        return head.call(features);
    }
}

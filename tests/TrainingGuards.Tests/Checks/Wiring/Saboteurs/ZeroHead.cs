using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>A head that begins at zero hides the functional dropout before it.</summary>
internal sealed class ZeroHead : nn.Module<Tensor, Tensor>
{
    private readonly Linear hidden = nn.Linear(8, 32);
    private readonly Linear head = nn.Linear(32, 4);

    public ZeroHead() : base(nameof(ZeroHead))
    {
        nn.init.zeros_(head.weight!);
        nn.init.zeros_(head.bias!);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => head.call(nn.functional.dropout(hidden.call(x), 0.5));
}

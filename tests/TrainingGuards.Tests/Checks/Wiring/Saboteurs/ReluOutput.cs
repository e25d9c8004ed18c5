using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>An activation stands behind the last layer, and everything lies below it.</summary>
internal sealed class ReluOutput : nn.Module<Tensor, Tensor>
{
    private readonly Linear hidden = nn.Linear(4, 32);
    private readonly Linear head = nn.Linear(32, 1);

    public ReluOutput() : base(nameof(ReluOutput))
    {
        nn.init.constant_(head.bias!, -10);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        Tensor score = head.call(hidden.call(x).tanh());
        return nn.functional.relu(score);
    }
}

using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>A bias holds every hidden unit far below zero.</summary>
internal sealed class DeadRelu : nn.Module<Tensor, Tensor>
{
    private readonly Linear hidden = nn.Linear(8, 32);
    private readonly Linear head = nn.Linear(32, 4);

    public DeadRelu() : base(nameof(DeadRelu))
    {
        nn.init.constant_(hidden.bias!, -100);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        Tensor features = hidden.call(x);
        Tensor active = nn.functional.relu(features);
        return head.call(active);
    }
}

using TorchSharp.Modules;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Init.Saboteurs;

/// <summary>A bias holds three quarters of the hidden units far below zero.</summary>
internal sealed class LowBias : nn.Module<Tensor, Tensor>
{
    private readonly Linear hidden = nn.Linear(8, 32);
    private readonly Linear head = nn.Linear(32, 4);

    public LowBias() : base(nameof(LowBias))
    {
        using (no_grad()) hidden.bias!.narrow(0, 0, 24).fill_(-40);
        RegisterComponents();
    }

    public static Setup Setup { get; } = SoundSetups.Classifier with { Model = () => new LowBias(), Evaluate = null };

    public override Tensor forward(Tensor x) => head.call(nn.functional.relu(hidden.call(x)));
}

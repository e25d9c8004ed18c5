using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>A dropout in an array: eval() does not reach it.</summary>
internal sealed class DropoutInArray : nn.Module<Tensor, Tensor>
{
    private readonly Linear hidden = nn.Linear(8, 32);
    private readonly Dropout[] drops = [nn.Dropout(0.5)];
    private readonly Linear head = nn.Linear(32, 4);

    public DropoutInArray() : base(nameof(DropoutInArray)) => RegisterComponents();

    public override Tensor forward(Tensor x)
    {
        Tensor features = hidden.call(x);
        return head.call(drops[0].call(features));
    }
}

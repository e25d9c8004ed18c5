using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>Sound: a pretrained layer that is frozen on purpose.</summary>
internal sealed class PartlyFrozen : nn.Module<Tensor, Tensor>
{
    private readonly Linear pretrained = nn.Linear(8, 16);
    private readonly Linear head = nn.Linear(16, 4);

    public PartlyFrozen() : base(nameof(PartlyFrozen))
    {
        foreach (Parameter parameter in pretrained.parameters()) parameter.requires_grad = false;
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => head.call(nn.functional.relu(pretrained.call(x)));
}

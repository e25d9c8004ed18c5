using TorchSharp.Modules;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Init.Saboteurs;

/// <summary>The weights of the hidden layer are all the same number.</summary>
internal sealed class ConstantWeights : nn.Module<Tensor, Tensor>
{
    private readonly Linear hidden = nn.Linear(8, 32);
    private readonly Linear head = nn.Linear(32, 4);

    public ConstantWeights() : base(nameof(ConstantWeights))
    {
        nn.init.constant_(hidden.weight!, 0.1);
        RegisterComponents();
    }

    public static Setup Setup { get; } = SoundSetups.Classifier with { Model = () => new ConstantWeights(), Evaluate = null };

    public override Tensor forward(Tensor x) => head.call(nn.functional.relu(hidden.call(x)));
}

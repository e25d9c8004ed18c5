using TorchSharp.Modules;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Init.Saboteurs;

/// <summary>The weights of the hidden layer are drawn from N(0, 1), whatever their number.</summary>
internal sealed class NormalWeights : nn.Module<Tensor, Tensor>
{
    private readonly Linear hidden = nn.Linear(8, 512);
    private readonly Linear head = nn.Linear(512, 4);

    public NormalWeights() : base(nameof(NormalWeights))
    {
        nn.init.normal_(hidden.weight!, 0, 8);
        RegisterComponents();
    }

    public static Setup Setup { get; } = SoundSetups.Classifier with { Model = () => new NormalWeights(), Evaluate = null };

    public override Tensor forward(Tensor x) => head.call(nn.functional.relu(hidden.call(x)));
}

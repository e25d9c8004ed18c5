using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Dynamics.Saboteurs;

/// <summary>Dropout by a function that is not told the mode drops nearly all that the answer is made of.</summary>
internal sealed class NoisyAnswers : nn.Module<Tensor, Tensor>
{
    private readonly Linear hidden = nn.Linear(8, 32);
    private readonly Linear head = nn.Linear(32, 4);

    public NoisyAnswers() : base(nameof(NoisyAnswers)) => RegisterComponents();

    public override Tensor forward(Tensor x)
    {
        Tensor features = nn.functional.relu(hidden.call(x));
        Tensor kept = nn.functional.dropout(features, 0.97);
        return head.call(kept);
    }
}

using TorchSharp.Modules;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Dynamics.Saboteurs;

/// <summary>The logarithm of what is often 0.</summary>
internal sealed class LogOfRelu : nn.Module<Tensor, Tensor>
{
    private readonly Linear hidden = nn.Linear(8, 32);
    private readonly Linear head = nn.Linear(32, 4);

    public LogOfRelu() : base(nameof(LogOfRelu)) => RegisterComponents();

    public static Setup Setup { get; } = SoundSetups.Classifier with { Model = () => new LogOfRelu(), Evaluate = null };

    public override Tensor forward(Tensor x)
    {
        Tensor features = hidden.call(x);
        Tensor strength = features.relu().log();
        return head.call(strength);
    }
}

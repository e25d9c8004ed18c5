using TorchSharp.Modules;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>Keeps something of every pass in a field.</summary>
internal sealed class Hoarder : nn.Module<Tensor, Tensor>
{
    private readonly Linear hidden = nn.Linear(8, 32);
    private readonly Linear head = nn.Linear(32, 4);
    private readonly List<Tensor> history = [];
    private readonly int most;

    public Hoarder(int most = int.MaxValue) : base(nameof(Hoarder))
    {
        this.most = most;
        RegisterComponents();
    }

    public static Setup Setup(int most = int.MaxValue) => SoundSetups.Classifier with { Model = () => new Hoarder(most), Evaluate = null };

    public override Tensor forward(Tensor x)
    {
        Tensor features = relu(hidden.call(x));
        if (history.Count < most) history.Add(features.mean().detach());
        return head.call(features);
    }
}

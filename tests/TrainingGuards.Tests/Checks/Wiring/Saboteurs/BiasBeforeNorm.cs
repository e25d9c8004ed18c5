using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>Sound, if wasteful: a batch normalisation takes out what the bias before it adds.</summary>
internal sealed class BiasBeforeNorm : nn.Module<Tensor, Tensor>
{
    private readonly Linear hidden = nn.Linear(8, 16);
    private readonly BatchNorm1d norm = nn.BatchNorm1d(16);
    private readonly Linear head = nn.Linear(16, 4);

    public BiasBeforeNorm() : base(nameof(BiasBeforeNorm))
    {
        nn.init.constant_(hidden.bias!, 10);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => head.call(nn.functional.relu(norm.call(hidden.call(x))));
}

using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>Sound: a dropout that forward leaves out.</summary>
internal sealed class UnusedDropout : nn.Module<Tensor, Tensor>
{
    private readonly Linear hidden = nn.Linear(8, 32);
    private readonly Dropout drop = nn.Dropout(0.5);
    private readonly Linear head = nn.Linear(32, 4);

    public UnusedDropout() : base(nameof(UnusedDropout)) => RegisterComponents();

    public override Tensor forward(Tensor x) => head.call(nn.functional.relu(hidden.call(x)));
}

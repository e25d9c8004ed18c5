using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>All layers lie in an array, which registers nothing.</summary>
internal sealed class LayersInArray : nn.Module<Tensor, Tensor>
{
    private readonly Linear[] layers = [nn.Linear(8, 32), nn.Linear(32, 4)];

    public LayersInArray() : base(nameof(LayersInArray)) => RegisterComponents();

    public override Tensor forward(Tensor x) => layers[1].call(nn.functional.relu(layers[0].call(x)));
}

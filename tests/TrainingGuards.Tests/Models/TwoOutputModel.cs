using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Models;

/// <summary>[n, 8] → logits [n, 4] and a position [n, 2].</summary>
internal sealed class TwoOutputModel : nn.Module<Tensor, (Tensor, Tensor)>
{
    private readonly Sequential trunk = nn.Sequential(nn.Linear(8, 32), nn.ReLU());
    private readonly Linear kind = nn.Linear(32, 4);
    private readonly Linear position = nn.Linear(32, 2);

    public TwoOutputModel() : base(nameof(TwoOutputModel)) => RegisterComponents();

    public override (Tensor, Tensor) forward(Tensor x)
    {
        Tensor features = trunk.call(x);
        return (kind.call(features), position.call(features));
    }
}

using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Models;

/// <summary>[n, 6] and [n, 3] → logits [n, 3].</summary>
internal sealed class TwoInputModel : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly Linear left = nn.Linear(6, 16);
    private readonly Linear right = nn.Linear(3, 16);
    private readonly Linear head = nn.Linear(32, 3);

    public TwoInputModel() : base(nameof(TwoInputModel)) => RegisterComponents();

    public override Tensor forward(Tensor first, Tensor second) =>
        head.call(nn.functional.relu(cat([left.call(first), right.call(second)], -1)));
}

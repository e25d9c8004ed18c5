using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Models;

/// <summary>[n, 8] → logits [n, 4] by an encoder whose weights are given and frozen, and a head that is new.</summary>
internal sealed class FineTunedModel : nn.Module<Tensor, Tensor>
{
    private readonly Sequential encoder = nn.Sequential(nn.Linear(8, 32), nn.GELU());
    private readonly Linear head = nn.Linear(32, 4);

    public FineTunedModel() : base(nameof(FineTunedModel))
    {
        RegisterComponents();
        using Tensor angles = arange(32 * 8, dtype: ScalarType.Float32).reshape(32, 8);
        using var grad = no_grad();
        foreach (Parameter parameter in encoder.parameters())
        {
            parameter.copy_(parameter.dim() == 2 ? angles.sin() * 0.35 : zeros_like(parameter));
            parameter.requires_grad = false;
        }
    }

    public override Tensor forward(Tensor x) => head.call(encoder.call(x));
}

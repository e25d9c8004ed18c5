using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Models;

/// <summary>[n, 4] → [n, 1].</summary>
internal sealed class MlpRegressor : nn.Module<Tensor, Tensor>
{
    private readonly Linear hidden = nn.Linear(4, 32);
    private readonly Linear head = nn.Linear(32, 1);

    public MlpRegressor() : base(nameof(MlpRegressor)) => RegisterComponents();

    public override Tensor forward(Tensor x) => head.call(hidden.call(x).tanh());
}

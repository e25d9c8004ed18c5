using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Models;

/// <summary>[n, 8] → logits [n, 4].</summary>
internal sealed class MlpClassifier : nn.Module<Tensor, Tensor>
{
    private readonly Linear hidden = nn.Linear(8, 32);
    private readonly Linear head = nn.Linear(32, 4);

    public MlpClassifier() : base(nameof(MlpClassifier)) => RegisterComponents();

    public override Tensor forward(Tensor x) => head.call(nn.functional.relu(hidden.call(x)));
}

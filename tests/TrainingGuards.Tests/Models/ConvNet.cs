using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Models;

/// <summary>Images [n, 1, 8, 8] → logits [n, 4]; batch normalisation behind a biased convolution, and dropout.</summary>
internal sealed class ConvNet : nn.Module<Tensor, Tensor>
{
    private readonly Conv2d conv = nn.Conv2d(1, 8, 3, padding: 1);
    private readonly BatchNorm2d norm = nn.BatchNorm2d(8);
    private readonly Dropout drop = nn.Dropout(0.2);
    private readonly Linear head = nn.Linear(8 * 4 * 4, 4);

    public ConvNet() : base(nameof(ConvNet)) => RegisterComponents();

    public override Tensor forward(Tensor x)
    {
        Tensor features = nn.functional.max_pool2d(nn.functional.relu(norm.call(conv.call(x))), 2);
        return head.call(drop.call(features.flatten(1)));
    }
}

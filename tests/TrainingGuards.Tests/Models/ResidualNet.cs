using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Models;

/// <summary>Images [n, 1, 8, 8] → logits [n, 4]; two residual blocks with batch normalisation, mean over the image.</summary>
internal sealed class ResidualNet : nn.Module<Tensor, Tensor>
{
    private readonly Conv2d stem = nn.Conv2d(1, 8, 3, stride: 2, padding: 1, bias: false);
    private readonly ModuleList<ResidualBlock> blocks = nn.ModuleList(new ResidualBlock(8), new ResidualBlock(8));
    private readonly BatchNorm2d norm = nn.BatchNorm2d(8);
    private readonly Linear head = nn.Linear(8 * 4, 4);

    public ResidualNet() : base(nameof(ResidualNet)) => RegisterComponents();

    public override Tensor forward(Tensor x)
    {
        Tensor features = stem.call(x);
        foreach (ResidualBlock block in blocks) features = block.call(features);
        return head.call(nn.functional.adaptive_avg_pool2d(nn.functional.relu(norm.call(features)), 2).flatten(1));
    }
}

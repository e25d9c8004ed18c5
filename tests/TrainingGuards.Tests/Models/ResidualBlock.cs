using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Models;

/// <summary>x + conv(relu(norm(conv(relu(norm(x)))))).</summary>
internal sealed class ResidualBlock : nn.Module<Tensor, Tensor>
{
    private readonly BatchNorm2d before, between;
    private readonly Conv2d first, second;

    public ResidualBlock(long channels) : base(nameof(ResidualBlock))
    {
        (before, between) = (nn.BatchNorm2d(channels), nn.BatchNorm2d(channels));
        (first, second) = (nn.Conv2d(channels, channels, 3, padding: 1, bias: false), nn.Conv2d(channels, channels, 3, padding: 1));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => x + second.call(nn.functional.relu(between.call(first.call(nn.functional.relu(before.call(x))))));
}

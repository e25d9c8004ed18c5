using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainingGuards.Benchmarks;

/// <summary>The digit classifier's layers with √10 times as many channels, so that it has ten times the weights.</summary>
internal sealed class WideNet : Module<Tensor, Tensor>
{
    private const int Narrow = 51, Wide = 101;

    private readonly Sequential features;
    private readonly Linear logits;

    public WideNet() : base(nameof(WideNet))
    {
        features = Sequential(
            ("conv1", Conv2d(1, Narrow, 3, padding: 1, bias: false)), ("norm1", BatchNorm2d(Narrow)), ("relu1", ReLU()),
            ("pool", MaxPool2d(2)),
            ("conv2", Conv2d(Narrow, Wide, 3, padding: 1, bias: false)), ("norm2", BatchNorm2d(Wide)), ("relu2", ReLU()),
            ("conv3", Conv2d(Wide, Wide, 3, padding: 1, bias: false)), ("norm3", BatchNorm2d(Wide)), ("relu3", ReLU()),
            ("dropout", Dropout(0.5)));
        logits = Linear(Wide, 10);
        RegisterComponents();
    }

    public override Tensor forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        return logits.call(features.call(images).flatten(2).mean([2])).MoveToOuterDisposeScope();
    }
}

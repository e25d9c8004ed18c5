using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DigitClassifier;

/// <summary>A small convolutional network: grey images <c>[N, 1, 8, 8]</c> to the logits <c>[N, 10]</c> of their digits.</summary>
public sealed class DigitNet : Module<Tensor, Tensor>
{
    /// <summary>The number of features at each position of an image.</summary>
    public const int Channels = 32;

    private readonly Sequential features;
    private readonly Module<Tensor, Tensor> pooling;
    private readonly Linear logits;

    /// <summary>A network with fresh weights.</summary>
    public DigitNet() : this(new AttentionPooling(Channels))
    {
    }

    /// <summary>A network that summarises positions in its own way, <c>[N, C, P]</c> to <c>[N, C]</c>.</summary>
    public DigitNet(Module<Tensor, Tensor> pooling) : base(nameof(DigitNet))
    {
        features = Features();
        this.pooling = pooling;
        logits = Linear(Channels, Data.Digits.Classes);
        RegisterComponents();
    }

    /// <summary>The convolutions: images <c>[N, 1, 8, 8]</c> to features <c>[N, 32, 4, 4]</c>.</summary>
    public static Sequential Features() => Sequential(
        ("conv1", Conv2d(1, 16, 3, padding: 1, bias: false)), ("norm1", BatchNorm2d(16)), ("relu1", ReLU()),
        ("pool", MaxPool2d(2)),
        ("conv2", Conv2d(16, Channels, 3, padding: 1, bias: false)), ("norm2", BatchNorm2d(Channels)), ("relu2", ReLU()),
        ("conv3", Conv2d(Channels, Channels, 3, padding: 1, bias: false)), ("norm3", BatchNorm2d(Channels)), ("relu3", ReLU()),
        ("dropout", Dropout(0.5)));

    /// <inheritdoc/>
    public override Tensor forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        Tensor positions = features.call(images).flatten(2);
        return logits.call(pooling.call(positions)).MoveToOuterDisposeScope();
    }
}

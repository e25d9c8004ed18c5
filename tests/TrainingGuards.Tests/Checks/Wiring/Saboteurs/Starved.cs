using TorchSharp.Modules;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>[n, 8] → logits [n, 4] by way of a batch normalisation of vectors: sound, but in a batch of one.</summary>
internal sealed class NormOfVectors(bool oneByOne = false) : nn.Module<Tensor, Tensor>(nameof(NormOfVectors))
{
    private readonly Linear hidden = nn.Linear(8, 16);
    private readonly BatchNorm1d norm = nn.BatchNorm1d(16);
    private readonly Linear head = nn.Linear(16, 4);

    public static Setup Setup(bool oneByOne = false) => SoundSetups.Classifier with { Model = () => New(oneByOne), Evaluate = null };

    public override Tensor forward(Tensor x) => oneByOne ? cat([.. x.split(1).Select(One)]) : One(x);

    private static NormOfVectors New(bool oneByOne)
    {
        var model = new NormOfVectors(oneByOne);
        model.RegisterComponents();
        return model;
    }

    private Tensor One(Tensor x)
    {
        Tensor features = hidden.call(x);
        features = norm.call(features); // norm
        return head.call(features.relu());
    }
}

/// <summary>Images [n, 1, 8, 8] → maps of 1×1 before a normalisation of any kind.</summary>
internal sealed class NormOfOnePixel : nn.Module<Tensor, Tensor>
{
    private readonly Conv2d conv = nn.Conv2d(1, 8, 3, padding: 1);
    private readonly AdaptiveAvgPool2d pool = nn.AdaptiveAvgPool2d(1);
    private readonly nn.Module<Tensor, Tensor> norm;
    private readonly Linear head = nn.Linear(8, 4);

    public NormOfOnePixel(nn.Module<Tensor, Tensor> norm) : base(nameof(NormOfOnePixel))
    {
        this.norm = norm;
        RegisterComponents();
    }

    public static Setup Setup(Func<nn.Module<Tensor, Tensor>> norm) => SoundSetups.ConvNet with { Model = () => new NormOfOnePixel(norm()), Evaluate = null };

    public override Tensor forward(Tensor x) => head.call(norm.call(pool.call(conv.call(x))).flatten(1));
}

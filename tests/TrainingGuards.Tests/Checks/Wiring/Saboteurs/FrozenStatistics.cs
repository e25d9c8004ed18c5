using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>Sound: batch statistics and a pretrained part that stay as they are in training, by an override of train.</summary>
internal sealed class FrozenStatistics : nn.Module<Tensor, Tensor>
{
    private readonly Sequential pretrained = nn.Sequential(nn.Linear(8, 16), nn.Dropout(0.3));
    private readonly BatchNorm1d norm = nn.BatchNorm1d(16);
    private readonly Linear head = nn.Linear(16, 4);

    public FrozenStatistics() : base(nameof(FrozenStatistics))
    {
        foreach (Parameter parameter in pretrained.parameters()) parameter.requires_grad = false;
        RegisterComponents();
    }

    public override void train(bool train = true)
    {
        base.train(train);
        pretrained.eval();
        norm.eval();
    }

    public override Tensor forward(Tensor x) => head.call(norm.call(pretrained.call(x)));
}

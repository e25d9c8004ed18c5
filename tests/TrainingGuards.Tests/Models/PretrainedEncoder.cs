using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Models;

/// <summary>A new head on an encoder that the user loaded once and hands to every build: it is the user's, with its gradients, statistics and mode.</summary>
internal sealed class PretrainedEncoder : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> encoder;
    private readonly Dropout drop = nn.Dropout(0.2);
    private readonly Linear head = nn.Linear(16, 4);

    public PretrainedEncoder(nn.Module<Tensor, Tensor> encoder) : base(nameof(PretrainedEncoder))
    {
        this.encoder = encoder;
        RegisterComponents();
    }

    public static Sequential NewEncoder() => nn.Sequential(("hidden", nn.Linear(8, 16)), ("norm", nn.BatchNorm1d(16)), ("active", nn.ReLU()));

    public override Tensor forward(Tensor x) => head.call(drop.call(encoder.call(x)));
}

using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Models;

/// <summary>[n, 8] → [n, 8] through three numbers.</summary>
internal sealed class Autoencoder : nn.Module<Tensor, Tensor>
{
    private readonly Sequential encoder = nn.Sequential(nn.Linear(8, 16), nn.Tanh(), nn.Linear(16, 3));
    private readonly Sequential decoder = nn.Sequential(nn.Linear(3, 16), nn.Tanh(), nn.Linear(16, 8));

    public Autoencoder() : base(nameof(Autoencoder)) => RegisterComponents();

    public override Tensor forward(Tensor x) => decoder.call(encoder.call(x));
}

using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainingGuards.Tests.Models;

/// <summary>Brings time to the front by a view, where a permute was meant: numbers of different examples change places.</summary>
internal sealed class Scrambled : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> before = Linear(6, 6);
    private readonly Module<Tensor, Tensor> after = Linear(6, 3);

    public Scrambled() : base("scrambled") => RegisterComponents();

    public override Tensor forward(Tensor x)
    {
        x = before.call(x);
        long batch = x.shape[0];
        x = x.view(x.shape[1], batch, x.shape[2]); // mixes
        x = x.mean([0L]);
        return after.call(x);
    }
}

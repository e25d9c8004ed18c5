using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

class Denoiser : Module<Tensor, Tensor, Tensor>
{
    private readonly Linear time = Linear(1, 128), input = Linear(784, 128), middle = Linear(128, 128), output = Linear(128, 784);
    public Denoiser() : base(nameof(Denoiser)) => RegisterComponents();
    public override Tensor forward(Tensor x, Tensor t)
    {
        var embedded = F.silu(time.call(t.to(float32).unsqueeze(1) / 1000));
        var h = F.silu(input.call(x)) + embedded;
        h = h + F.silu(middle.call(h));
        return output.call(h);
    }
}

class Diffusion
{
    private readonly Denoiser model = new(), ema = new();
    private readonly Tensor alphas;

    public Diffusion()
    {
        alphas = (1 - linspace(1e-4, 0.02, 1000)).cumprod(0);
        using var _ = no_grad();
        foreach (var (mine, averaged) in model.parameters().Zip(ema.parameters()))
        {
            averaged.copy_(mine);
        }
        ema.eval();
    }

    public void Train(IEnumerable<Tensor> images)
    {
        var optimizer = optim.AdamW(model.parameters(), 2e-4, weight_decay: 0.01);
        var scheduler = optim.lr_scheduler.CosineAnnealingLR(optimizer, 10_000);
        foreach (var x in images)
        {
            using var scope = NewDisposeScope();
            var t = randint(0, 1000, x.shape[0]);
            var a = alphas[t].unsqueeze(1);
            var noise = randn_like(x);
            var noisy = a.sqrt() * x + (1 - a).sqrt() * noise;
            var loss = F.mse_loss(model.call(noisy, t), noise);
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            scheduler.step();
            Average();
        }
    }

    private void Average()
    {
        using var _ = no_grad();
        foreach (var (mine, averaged) in model.parameters().Zip(ema.parameters()))
        {
            averaged.mul_(0.999).add_(mine, alpha: 0.001);
        }
    }

    public Tensor Sample(long n)
    {
        using var _ = no_grad();
        var x = randn(n, 784);
        for (int i = 999; i >= 0; i--)
        {
            using var scope = NewDisposeScope();
            var t = full(n, i, dtype: int64);
            var predicted = ema.call(x, t);
            var a = alphas[i];
            x = ((x - (1 - a).sqrt() * predicted) / a.sqrt()).MoveToOuterDisposeScope();
        }
        return x.clamp(-1, 1);
    }
}
static class EntryPoint { static void Main() { } }

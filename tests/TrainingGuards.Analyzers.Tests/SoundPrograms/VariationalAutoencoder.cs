using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

public sealed class Vae : Module<Tensor, (Tensor, Tensor, Tensor)>
{
    private readonly Linear encoder = Linear(784, 400), mean = Linear(400, 20), logVariance = Linear(400, 20);
    private readonly Linear decoder = Linear(20, 400), output = Linear(400, 784);

    public Vae() : base(nameof(Vae)) => RegisterComponents();

    public override (Tensor, Tensor, Tensor) forward(Tensor x)
    {
        var hidden = F.relu(encoder.call(x.view(-1, 784)));
        var mu = mean.call(hidden);
        var logvar = logVariance.call(hidden);
        var z = training ? mu + randn_like(mu) * (0.5 * logvar).exp() : mu;
        return (Decode(z), mu, logvar);
    }

    public Tensor Decode(Tensor z) => sigmoid(output.call(F.relu(decoder.call(z))));
}

public static class Program
{
    private static Tensor Loss(Tensor reconstruction, Tensor x, Tensor mu, Tensor logvar)
    {
        var bce = F.binary_cross_entropy(reconstruction, x.view(-1, 784), reduction: nn.Reduction.Sum);
        var kld = -0.5 * (1 + logvar - mu.pow(2) - logvar.exp()).sum();
        return bce + kld;
    }

    public static void Main()
    {
        random.manual_seed(1);
        var model = new Vae();
        var optimizer = optim.Adam(model.parameters(), lr: 1e-3);
        using var data = torch.utils.data.TensorDataset(rand(512, 1, 28, 28));
        using var train = torch.utils.data.DataLoader(data, 128, shuffle: true);
        using var held = torch.utils.data.TensorDataset(rand(128, 1, 28, 28));
        using var test = torch.utils.data.DataLoader(held, 128);
        for (int epoch = 1; epoch <= 10; epoch++)
        {
            model.train();
            foreach (var batch in train)
            {
                using var scope = NewDisposeScope();
                optimizer.zero_grad();
                var (reconstruction, mu, logvar) = model.call(batch[0]);
                Loss(reconstruction, batch[0], mu, logvar).backward();
                optimizer.step();
            }
            model.eval();
            double total = 0;
            using (no_grad())
            {
                foreach (var batch in test)
                {
                    using var scope = NewDisposeScope();
                    var (reconstruction, mu, logvar) = model.call(batch[0]);
                    total += Loss(reconstruction, batch[0], mu, logvar).item<float>();
                }
            }
            Console.WriteLine($"epoch {epoch}: {total / test.Count}");
        }
        using (no_grad())
        {
            Console.WriteLine(model.Decode(randn(64, 20)).view(64, 1, 28, 28).mean().item<float>());
        }
    }
}

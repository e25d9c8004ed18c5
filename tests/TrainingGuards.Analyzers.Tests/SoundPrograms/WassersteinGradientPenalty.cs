using static TorchSharp.torch.nn;

var trainer = new WganTrainer(new Generator(), new Critic());
trainer.Fit(Enumerable.Range(0, 100).Select(_ => rand(32, 1, 28, 28)), epochs: 5);

class Generator : Module<Tensor, Tensor>
{
    private readonly Sequential body = Sequential(Linear(100, 256, hasBias: false), BatchNorm1d(256), ReLU(), Linear(256, 784), Sigmoid());
    public Generator() : base(nameof(Generator)) => RegisterComponents();
    public override Tensor forward(Tensor z) => body.call(z).view(-1, 1, 28, 28);
}

class Critic : Module<Tensor, Tensor>
{
    private readonly Sequential features = Sequential(Conv2d(1, 32, 4, stride: 2, padding: 1), LeakyReLU(0.2), Conv2d(32, 64, 4, stride: 2, padding: 1), LeakyReLU(0.2));
    private readonly Linear score = Linear(64 * 7 * 7, 1);
    public Critic() : base(nameof(Critic)) => RegisterComponents();
    public override Tensor forward(Tensor x) => score.call(features.call(x).flatten(1));
}

class WganTrainer
{
    private readonly Generator generator;
    private readonly Critic critic;
    private readonly optim.Optimizer generatorOptimizer, criticOptimizer;

    public WganTrainer(Generator generator, Critic critic)
    {
        this.generator = generator;
        this.critic = critic;
        generatorOptimizer = optim.Adam(generator.parameters(), 1e-4, 0.0, 0.9);
        criticOptimizer = optim.Adam(critic.parameters(), 1e-4, 0.0, 0.9);
    }

    public void Fit(IEnumerable<Tensor> images, int epochs)
    {
        var all = images.ToList();
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            int step = 0;
            foreach (var real in all)
            {
                using var scope = NewDisposeScope();
                TrainCritic(real);
                if (++step % 5 == 0)
                {
                    TrainGenerator(real.shape[0]);
                }
            }
        }
    }

    private void TrainCritic(Tensor real)
    {
        criticOptimizer.zero_grad();
        Tensor fake;
        using (no_grad())
        {
            fake = generator.call(randn(real.shape[0], 100));
        }
        var loss = critic.call(fake).mean() - critic.call(real).mean() + 10 * Penalty(real, fake);
        loss.backward();
        criticOptimizer.step();
    }

    private Tensor Penalty(Tensor real, Tensor fake)
    {
        var alpha = rand(real.shape[0], 1, 1, 1);
        var mixed = (alpha * real + (1 - alpha) * fake).detach().requires_grad_();
        var scores = critic.call(mixed);
        var gradient = autograd.grad(new[] { scores }, new[] { mixed }, new[] { ones_like(scores) }, retain_graph: true, create_graph: true)[0];
        return (gradient.flatten(1).norm(1) - 1).pow(2).mean();
    }

    private void TrainGenerator(long n)
    {
        generatorOptimizer.zero_grad();
        var loss = -critic.call(generator.call(randn(n, 100))).mean();
        loss.backward();
        generatorOptimizer.step();
    }
}

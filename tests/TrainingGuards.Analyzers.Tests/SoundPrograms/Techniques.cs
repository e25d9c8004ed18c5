using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

static class Adversarial
{
    public static Tensor Fgsm(Module<Tensor, Tensor> model, Tensor images, Tensor labels, double epsilon)
    {
        model.eval();
        var x = images.clone().detach().requires_grad_();
        var loss = F.cross_entropy(model.call(x), labels);
        model.zero_grad();
        loss.backward();
        using var _ = no_grad();
        return (x + epsilon * x.grad!.sign()).clamp(0, 1).detach();
    }

    public static Tensor Pgd(Module<Tensor, Tensor> model, Tensor images, Tensor labels)
    {
        var delta = zeros_like(images);
        for (int i = 0; i < 10; i++)
        {
            delta.requires_grad_();
            var loss = F.cross_entropy(model.call(images + delta), labels);
            var gradient = autograd.grad(new[] { loss }, new[] { delta })[0];
            delta = (delta.detach() + 0.01 * gradient.sign()).clamp(-0.03, 0.03);
        }
        return (images + delta).clamp(0, 1);
    }

    public static void Train(Module<Tensor, Tensor> model, IReadOnlyList<(Tensor, Tensor)> batches)
    {
        var optimizer = optim.AdamW(model.parameters(), 1e-3, weight_decay: 0.01);
        foreach (var (images, labels) in batches)
        {
            using var scope = NewDisposeScope();
            var attacked = Fgsm(model, images, labels, 8.0 / 255);
            model.train();
            optimizer.zero_grad();
            var loss = (F.cross_entropy(model.call(images), labels) + F.cross_entropy(model.call(attacked), labels)) / 2;
            loss.backward();
            optimizer.step();
        }
    }
}

class StyleTransfer(Module<Tensor, Tensor> vgg)
{
    public Tensor Run(Tensor content, Tensor style)
    {
        vgg.eval();
        Tensor contentFeatures, styleGram;
        using (no_grad())
        {
            contentFeatures = vgg.call(content);
            styleGram = Gram(vgg.call(style));
        }
        var image = new Parameter(content.clone());
        var optimizer = optim.Adam(new[] { image }, lr: 0.1);
        for (int i = 0; i < 300; i++)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            var features = vgg.call(image);
            var loss = F.mse_loss(features, contentFeatures) + 1e5 * F.mse_loss(Gram(features), styleGram);
            loss.backward();
            optimizer.step();
            using var _ = no_grad();
            image.clamp_(0, 1);
        }
        return image.detach();
    }

    private static Tensor Gram(Tensor x)
    {
        var (n, c, h, w) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
        var flat = x.view(n, c, h * w);
        return flat.bmm(flat.transpose(1, 2)) / (c * h * w);
    }
}

class Physics
{
    private readonly Sequential net = Sequential(Linear(2, 32), Tanh(), Linear(32, 32), Tanh(), Linear(32, 1));

    public void Fit()
    {
        var optimizer = optim.LBFGS(net.parameters(), lr: 1);
        var data = rand(100, 2);
        var known = sin(data.select(1, 0)).unsqueeze(1);
        for (int i = 0; i < 50; i++)
        {
            using var scope = NewDisposeScope();
            optimizer.step(() =>
            {
                optimizer.zero_grad();
                var loss = F.mse_loss(net.call(data), known) + Residual(rand(200, 2)).pow(2).mean();
                loss.backward();
                return loss;
            });
        }
    }

    private Tensor Residual(Tensor points)
    {
        var x = points.requires_grad_();
        var u = net.call(x);
        var first = autograd.grad(new[] { u.sum() }, new[] { x }, create_graph: true)[0];
        var second = autograd.grad(new[] { first.select(1, 0).sum() }, new[] { x }, create_graph: true)[0];
        return first.select(1, 1) - second.select(1, 0);
    }
}

class Reinforce
{
    private readonly Sequential policy = Sequential(Linear(4, 64), ReLU(), Linear(64, 2));

    public void Episode(optim.Optimizer optimizer, Func<long, (Tensor, double, bool)> step, Tensor state)
    {
        var logs = new List<Tensor>();
        var rewards = new List<double>();
        bool done = false;
        while (!done)
        {
            var logProbabilities = F.log_softmax(policy.call(state.unsqueeze(0)), 1);
            var action = multinomial(logProbabilities.exp(), 1);
            logs.Add(logProbabilities.gather(1, action).squeeze());
            (state, double reward, done) = step(action.item<long>());
            rewards.Add(reward);
        }
        var returns = new double[rewards.Count];
        double running = 0;
        for (int i = rewards.Count - 1; i >= 0; i--)
        {
            returns[i] = running = rewards[i] + 0.99 * running;
        }
        var advantage = tensor(returns, dtype: float32);
        advantage = (advantage - advantage.mean()) / (advantage.std() + 1e-6);
        optimizer.zero_grad();
        var loss = -(stack(logs) * advantage).sum();
        loss.backward();
        optimizer.step();
    }
}

class Siamese : Module<Tensor, Tensor, Tensor>
{
    private readonly Sequential encoder = Sequential(Linear(128, 64), ReLU(), Linear(64, 32));
    public Siamese() : base(nameof(Siamese)) => RegisterComponents();
    public override Tensor forward(Tensor a, Tensor b) => F.pairwise_distance(encoder.call(a), encoder.call(b));

    public static void Train(Siamese model, IEnumerable<(Tensor A, Tensor B, Tensor Same)> pairs)
    {
        var optimizer = optim.Adam(model.parameters());
        foreach (var (a, b, same) in pairs)
        {
            using var scope = NewDisposeScope();
            var distance = model.call(a, b);
            var loss = (same * distance.pow(2) + (1 - same) * (1.0 - distance).clamp(min: 0).pow(2)).mean();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }
    }
}

static class Search
{
    public static (double Rate, double Score) Best(Func<Module<Tensor, Tensor>> make, Tensor x, Tensor y)
    {
        var results = new List<(double Rate, double Score)>();
        foreach (var rate in new[] { 1e-4, 1e-3, 1e-2 })
        {
            for (int fold = 0; fold < 5; fold++)
            {
                manual_seed(fold);
                var model = make();
                var optimizer = optim.Adam(model.parameters(), rate);
                var held = x.shape[0] / 5;
                var order = randperm(x.shape[0]);
                var test = order[TensorIndex.Slice(fold * held, (fold + 1) * held)];
                var train = cat(new[] { order[TensorIndex.Slice(0, fold * held)], order[TensorIndex.Slice((fold + 1) * held)] });
                model.train();
                for (int epoch = 0; epoch < 20; epoch++)
                {
                    using var scope = NewDisposeScope();
                    optimizer.zero_grad();
                    F.mse_loss(model.call(x[train]), y[train]).backward();
                    optimizer.step();
                }
                model.eval();
                using var _ = no_grad();
                results.Add((rate, F.mse_loss(model.call(x[test]), y[test]).item<float>()));
            }
        }
        return results.GroupBy(r => r.Rate).Select(g => (g.Key, g.Average(r => r.Score))).MinBy(r => r.Item2);
    }

    public static List<(double, double)> FindRate(Module<Tensor, Tensor> model, IEnumerable<(Tensor, Tensor)> batches)
    {
        var optimizer = optim.SGD(model.parameters(), 1e-7);
        var curve = new List<(double, double)>();
        double rate = 1e-7;
        foreach (var (x, y) in batches)
        {
            using var scope = NewDisposeScope();
            foreach (var group in optimizer.ParamGroups) group.LearningRate = rate;
            optimizer.zero_grad();
            var loss = F.cross_entropy(model.call(x), y);
            loss.backward();
            optimizer.step();
            curve.Add((rate, loss.item<float>()));
            if (double.IsNaN(loss.item<float>()) || rate > 1) break;
            rate *= 1.1;
        }
        return curve;
    }

    public static (Tensor Mean, Tensor Spread) MonteCarlo(Module<Tensor, Tensor> model, Tensor x, int samples)
    {
        model.train();
        using var _ = no_grad();
        var all = stack(Enumerable.Range(0, samples).Select(_ => model.call(x).softmax(1)));
        model.eval();
        return (all.mean(new long[] { 0 }), all.std(0));
    }

    public static void Accumulate(Module<Tensor, Tensor> model, optim.Optimizer optimizer, IEnumerable<(Tensor, Tensor)> batches, int every)
    {
        int i = 0;
        optimizer.zero_grad();
        foreach (var (x, y) in batches)
        {
            using var scope = NewDisposeScope();
            (F.cross_entropy(model.call(x), y) / every).backward();
            if (++i % every == 0)
            {
                nn.utils.clip_grad_norm_(model.parameters(), 1.0);
                optimizer.step();
                optimizer.zero_grad();
            }
        }
    }
}

class Maml(Module<Tensor, Tensor> shared)
{
    private readonly Parameter weight = new(randn(1, 16) * 0.1), bias = new(zeros(1));

    public void Step(optim.Optimizer meta, IEnumerable<(Tensor SupportX, Tensor SupportY, Tensor QueryX, Tensor QueryY)> tasks)
    {
        meta.zero_grad();
        foreach (var task in tasks)
        {
            Tensor w = weight, b = bias;
            for (int i = 0; i < 3; i++)
            {
                var inner = F.mse_loss(F.linear(shared.call(task.SupportX), w, b), task.SupportY);
                var g = autograd.grad(new[] { inner }, new[] { w, b }, create_graph: true);
                w = w - 0.01 * g[0];
                b = b - 0.01 * g[1];
            }
            F.mse_loss(F.linear(shared.call(task.QueryX), w, b), task.QueryY).backward();
        }
        meta.step();
    }
}

static class Entry
{
    private static void Main()
    {
        var model = Sequential(Linear(4, 8), ReLU(), Linear(8, 1));
        var (rate, score) = Search.Best(() => Sequential(Linear(4, 8), ReLU(), Dropout(0.1), Linear(8, 1)), rand(100, 4), rand(100, 1));
        Console.WriteLine($"{rate} {score}");
        new Physics().Fit();
        Adversarial.Train(Sequential(Flatten(), Linear(784, 10)), Enumerable.Range(0, 3).Select(_ => (rand(8, 1, 28, 28), randint(0, 10, new long[] { 8 }))).ToList());
    }
}

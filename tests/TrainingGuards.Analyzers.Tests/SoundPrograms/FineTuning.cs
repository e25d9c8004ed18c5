using System.IO;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

public interface IBatchSource { IEnumerable<(Tensor Images, Tensor Labels)> Train(); IEnumerable<(Tensor Images, Tensor Labels)> Validation(); }

public sealed class Backbone : Module<Tensor, Tensor>
{
    private readonly Sequential layers = Sequential(Conv2d(3, 16, 3, padding: 1, bias: false), BatchNorm2d(16), ReLU(), MaxPool2d(2), Conv2d(16, 32, 3, padding: 1, bias: false), BatchNorm2d(32), ReLU(), AdaptiveAvgPool2d(1));
    public Backbone() : base(nameof(Backbone)) => RegisterComponents();
    public override Tensor forward(Tensor x) => layers.call(x).flatten(1);
}

public sealed class Classifier : Module<Tensor, Tensor>
{
    public readonly Backbone backbone = new();
    public readonly Linear head;

    public Classifier(int classes) : base(nameof(Classifier))
    {
        head = Linear(32, classes);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => head.call(backbone.call(x));

    protected override void Dispose(bool disposing) => base.Dispose(disposing);
}

public sealed class FineTuning(Classifier model, IBatchSource data, Action<string> log)
{
    private readonly List<double> history = [];

    public async Task Run(string path, int epochs)
    {
        if (File.Exists(path))
        {
            model.backbone.load(path);
        }
        foreach (var p in model.backbone.parameters()) p.requires_grad = false;
        using var optimizer = optim.Adam(model.head.parameters(), 1e-3);
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            TrainEpoch(optimizer, isFrozen: true);
            log($"head {epoch}: {Evaluate():P1}");
            await Task.Yield();
        }
        foreach (var p in model.backbone.parameters()) p.requires_grad = true;
        using var all = optim.AdamW(new[] { new AdamW.ParamGroup(model.backbone.parameters(), new AdamW.Options { LearningRate = 1e-5, weight_decay = 0.01 }), new AdamW.ParamGroup(model.head.parameters(), new AdamW.Options { LearningRate = 1e-4, weight_decay = 0.01 }) });
        var plateau = optim.lr_scheduler.ReduceLROnPlateau(all, mode: "max", patience: 3);
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            TrainEpoch(all, isFrozen: false);
            var accuracy = Evaluate();
            plateau.step(accuracy);
            history.Add(accuracy);
            log($"all {epoch}: {accuracy:P1}");
            await File.WriteAllTextAsync("history.txt", string.Join('\n', history));
        }
        model.save(path + ".tuned");
    }

    private void TrainEpoch(optim.Optimizer optimizer, bool isFrozen)
    {
        model.train();
        if (isFrozen)
        {
            model.backbone.eval();
        }
        foreach (var (images, labels) in data.Train())
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            F.cross_entropy(model.call(images), labels, label_smoothing: 0.1).backward();
            optimizer.step();
        }
    }

    private double Evaluate()
    {
        model.eval();
        using var _ = inference_mode();
        long hits = 0, seen = 0;
        foreach (var (images, labels) in data.Validation())
        {
            using var scope = NewDisposeScope();
            hits += (model.call(images).argmax(1) == labels).sum().ToInt64();
            seen += labels.size(0);
        }
        return hits / (double)seen;
    }
}

public static class App
{
    public static async Task Main(string[] args)
    {
        var source = new Random32();
        await new FineTuning(new Classifier(5), source, Console.WriteLine).Run("backbone.dat", 3);
    }

    private sealed class Random32 : IBatchSource
    {
        public IEnumerable<(Tensor Images, Tensor Labels)> Train() => Enumerable.Range(0, 10).Select(_ => (rand(8, 3, 32, 32), randint(0, 5, new long[] { 8 })));
        public IEnumerable<(Tensor Images, Tensor Labels)> Validation() => Train().Take(2);
    }
}

using System.Globalization;
using SeededFailures.Programs;
using SeededFailures.Results;
using SeededFailures.Running;
using TorchSharp;
using TorchSharp.Modules;
using TrainingGuards;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace SeededFailures.HealthyNets;

/// <summary>A net of random depth, width, activation, initialisation, optimizer and learning rate on blobs, circles or digits; whatever is said of it where it trains is a false alarm.</summary>
/// <remarks>Drawn as AutoTrainer draws its models (Zhang et al., ICSE 2021), from what people use and no further; kept when it trains.</remarks>
internal sealed class HealthyNet
{
    public const string Program = "healthy";
    private const int BatchSize = 32, Epochs = 15;

    private static readonly string[] Activations = ["ReLU", "LeakyReLU", "GELU", "Tanh", "ELU", "SiLU"], Initialisations = ["default", "Xavier", "He"];
    private static readonly (string Name, double Least, double Most)[] Optimizers = [("SGD", 0.02, 0.2), ("Momentum", 0.005, 0.05), ("Adam", 1e-3, 1e-2), ("AdamW", 1e-3, 1e-2), ("RMSProp", 5e-4, 3e-3)];

    private readonly int _seed;
    private readonly string _data, _activation, _initialisation, _optimizer;
    private readonly int _depth, _width, _classes;
    private readonly bool _normalised;
    private readonly double _rate;

    public HealthyNet(int seed)
    {
        _seed = seed;
        var random = new Random(seed);
        _data = new[] { "blobs", "circles", "digits" }[seed % 3];
        _classes = _data == "digits" ? 10 : random.Next(2, 6);
        _depth = random.Next(1, 5);
        _width = 8 * random.Next(2, 9);
        _activation = Activations[random.Next(Activations.Length)];
        _initialisation = Initialisations[random.Next(Initialisations.Length)];
        _normalised = random.Next(3) == 0;
        (_optimizer, double least, double most) = Optimizers[random.Next(Optimizers.Length)];
        _rate = least * Math.Pow(most / least, random.NextDouble());
    }

    /// <summary>Puts the net to the suite of a classifier, if it trains.</summary>
    public static Result Measure(Job job)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var net = new HealthyNet(int.Parse(job.Failure, CultureInfo.InvariantCulture));
        var result = new Result(job.Program, job.Failure, job.Part) { Description = net.ToString() };
        (Examples training, Examples validation) = net.Load();
        double accuracy = net.Trained(training, validation);
        result = result with { Metrics = [Math.Round(accuracy, 3)] };
        // It trains where it wins half of what there is to win over guessing.
        if (accuracy < (1 + (1.0 / net._classes)) / 2) return result with { Problem = "it does not train", Seconds = Math.Round(clock.Elapsed.TotalSeconds, 2) };
        var says = new SortedDictionary<string, Saying>(StringComparer.Ordinal);
        SuiteRun run = Measuring.Measure.Run(net.Guarded(training, validation), Measuring.Suites.Of(Recipe.Classifier(net._classes)), net._seed, says);
        return result with { Runs = [run], Says = says, Seconds = Math.Round(clock.Elapsed.TotalSeconds, 2) };
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{_data}, {_classes} classes, {_depth} × {_width} {_activation}{(_normalised ? " with batch normalisation" : "")}, {_initialisation} weights, {_optimizer} at {_rate:G2}");

    private Setup Guarded(Examples training, Examples validation) => new()
    {
        Model = Build,
        Training = training,
        Validation = validation,
        Loss = (logits, labels) => functional.cross_entropy(logits, labels),
        Optimizer = NewOptimizer,
        Epochs = Epochs,
        Evaluate = model => Accuracy((Sequential)model, validation),
        Seed = _seed,
    };

    private double Trained(Examples training, Examples validation)
    {
        manual_seed(_seed);
        using Sequential model = Build();
        using optim.Optimizer optimizer = NewOptimizer(model.parameters());
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            model.train();
            foreach (Batch batch in training.Epoch())
            {
                using var scope = NewDisposeScope();
                optimizer.zero_grad();
                functional.cross_entropy(model.call(batch.Inputs), batch.Targets).backward();
                optimizer.step();
            }
        }
        return Accuracy(model, validation);
    }

    private static double Accuracy(Sequential model, Examples validation)
    {
        model.eval();
        using IDisposable gradients = no_grad();
        long right = 0, total = 0;
        foreach (Batch batch in validation.Epoch())
        {
            using var scope = NewDisposeScope();
            right += model.call(batch.Inputs).argmax(1).eq((Tensor)batch.Targets).sum().item<long>();
            total += batch.Size;
        }
        return (double)right / total;
    }

    private Sequential Build()
    {
        var layers = new List<(string, Module<Tensor, Tensor>)>();
        long features = _data == "digits" ? 64 : _data == "circles" ? 2 : 12;
        if (_data == "digits") layers.Add(("flat", Flatten()));
        for (int k = 1; k <= _depth; k++)
        {
            layers.Add(($"linear{k}", Initialised(Linear(features, _width))));
            if (_normalised) layers.Add(($"norm{k}", BatchNorm1d(_width)));
            layers.Add(($"active{k}", Activation()));
            features = _width;
        }
        layers.Add(("head", Linear(features, _classes)));
        return Sequential(layers);
    }

    private Linear Initialised(Linear layer)
    {
        if (_initialisation == "Xavier") _ = init.xavier_uniform_(layer.weight);
        if (_initialisation == "He") _ = init.kaiming_normal_(layer.weight, nonlinearity: init.NonlinearityType.ReLU);
        return layer;
    }

    private Module<Tensor, Tensor> Activation() => _activation switch
    {
        "ReLU" => ReLU(),
        "LeakyReLU" => LeakyReLU(0.01),
        "GELU" => GELU(),
        "Tanh" => Tanh(),
        "ELU" => ELU(),
        _ => SiLU(),
    };

    private optim.Optimizer NewOptimizer(IEnumerable<Parameter> parameters) => _optimizer switch
    {
        "SGD" => optim.SGD(parameters, _rate),
        "Momentum" => optim.SGD(parameters, _rate, momentum: 0.9),
        "Adam" => optim.Adam(parameters, _rate),
        "AdamW" => optim.AdamW(parameters, _rate, weight_decay: 1e-2),
        _ => optim.RMSProp(parameters, _rate),
    };

    private (Examples Training, Examples Validation) Load()
    {
        manual_seed(10_000 + _seed);
        const int count = 640, held = 128;
        (Tensor inputs, Tensor labels) = _data switch
        {
            "blobs" => Blobs(count),
            "circles" => Circles(count),
            _ => DigitImages.Draw(count),
        };
        Tensor trained = inputs.narrow(0, 0, count - held);
        inputs = (inputs - trained.mean()) / trained.std();
        return (
            Examples.From(inputs.narrow(0, 0, count - held), labels.narrow(0, 0, count - held), BatchSize, shuffled: true),
            Examples.From(inputs.narrow(0, count - held, held), labels.narrow(0, count - held, held), BatchSize));
    }

    private (Tensor, Tensor) Blobs(long count)
    {
        Tensor labels = randint(_classes, count, dtype: ScalarType.Int64);
        return (randn(_classes, 12).index_select(0, labels) + (0.8 * randn(count, 12)), labels);
    }

    // Rings about the origin, one a class.
    private (Tensor, Tensor) Circles(long count)
    {
        Tensor labels = randint(_classes, count, dtype: ScalarType.Int64);
        Tensor radius = labels + 1 + (0.15 * randn(count)), angle = rand(count) * (2 * Math.PI);
        return (stack([radius * angle.cos(), radius * angle.sin()], 1), labels);
    }
}

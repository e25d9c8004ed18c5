using TorchSharp;
using TorchSharp.Modules;
using TrainingGuards;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;
using static TorchSharp.torch.optim;
using static TorchSharp.torch.optim.lr_scheduler;

namespace SeededFailures.Programs;

/// <summary>Reads digits with a residual network, and keeps the weights that were best on validation.</summary>
public static class ResidualDigits
{
    public const int Epochs = 6;
    private const int BatchSize = 32;
    private const int TrainingSize = 384, ValidationSize = 200, Count = TrainingSize + ValidationSize;

    /// <summary>The program as its guards are told of it.</summary>
    public static Setup Guarded(long seed)
    {
        (Examples training, Examples validation) = Load(seed);
        return new()
        {
            Model = () => new ResidualNet(),
            Training = training,
            Validation = validation,
            Loss = Loss,
            OptimizerFor = model => NewOptimizer((ResidualNet)model),
            Scheduler = optimizer => CosineAnnealingLR(optimizer, T_max: Epochs),
            ScheduledBy = ScheduleUnit.Epoch,
            Step = step => Step((ResidualNet)step.Model, step.Optimizer, step.Batch.Inputs, step.Batch.Targets),
            Evaluate = model => Evaluate((ResidualNet)model, validation),
            Seed = seed,
        };
    }

    /// <summary>Trains it and returns its accuracy on validation.</summary>
    public static double Train(long seed)
    {
        (Examples training, Examples validation) = Load(seed);
        manual_seed(seed);
        using var model = new ResidualNet();
        using Optimizer optimizer = NewOptimizer(model);
        LRScheduler schedule = CosineAnnealingLR(optimizer, T_max: Epochs);
        double best = 0;
        Dictionary<string, Tensor> weights = [];
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            model.train();
            foreach (Batch batch in training.Epoch())
            {
                using var scope = NewDisposeScope();
                Step(model, optimizer, batch.Inputs, batch.Targets);
            }
            schedule.step();
            double metric = Evaluate(model, validation);
            if (metric <= best) continue;
            best = metric;
            weights = model.state_dict().ToDictionary(one => one.Key, one => one.Value.clone());
        }
        model.load_state_dict(weights);
        return Evaluate(model, validation);
    }

    private static Optimizer NewOptimizer(ResidualNet model) => AdamW(model.parameters(), lr: 5e-3, weight_decay: 1e-2);

    private static Tensor Loss(Tensor logits, Tensor labels) => cross_entropy(logits, labels);

    private static double Step(ResidualNet model, Optimizer optimizer, Tensor inputs, Tensor labels)
    {
        optimizer.zero_grad();
        Tensor loss = Loss(model.call(inputs), labels);
        loss.backward();
        nn.utils.clip_grad_norm_(model.parameters(), max_norm: 5);
        optimizer.step();
        return loss.item<float>();
    }

    private static double Evaluate(ResidualNet model, Examples validation)
    {
        model.eval();
        using IDisposable gradients = no_grad();
        long right = 0, total = 0;
        foreach (Batch batch in validation.Epoch())
        {
            using var scope = NewDisposeScope();
            Tensor labels = batch.Targets;
            right += model.call(batch.Inputs).argmax(1).eq(labels).sum().item<long>();
            total += labels.shape[0];
        }
        return (double)right / total;
    }

    private static (Examples Training, Examples Validation) Load(long seed)
    {
        manual_seed(seed);
        (Tensor pixels, Tensor labels) = DigitImages.Draw(Count);
        Tensor trained = pixels.narrow(0, 0, TrainingSize);
        double mean = trained.mean().item<float>(), deviation = trained.std().item<float>();
        Tensor inputs = (pixels - mean) / deviation;
        return (
            Examples.From(inputs.narrow(0, 0, TrainingSize), labels.narrow(0, 0, TrainingSize), BatchSize, shuffled: true),
            Examples.From(inputs.narrow(0, TrainingSize, ValidationSize), labels.narrow(0, TrainingSize, ValidationSize), BatchSize));
    }
}

/// <summary>Images [n, 1, 8, 8] to logits [n, 10].</summary>
internal sealed class ResidualNet : Module<Tensor, Tensor>
{
    private readonly Conv2d stem = Conv2d(1, 8, 3, stride: 2, padding: 1, bias: false);
    private readonly ModuleList<ResidualBlock> blocks = ModuleList(new ResidualBlock(8), new ResidualBlock(8));
    private readonly BatchNorm2d norm = BatchNorm2d(8);
    private readonly Linear head = Linear(8 * 16, 10);

    public ResidualNet() : base(nameof(ResidualNet)) => RegisterComponents();

    public override Tensor forward(Tensor images)
    {
        Tensor features = stem.call(images);
        foreach (ResidualBlock block in blocks) features = block.call(features);
        features = relu(norm.call(features));
        return head.call(features.flatten(1));
    }
}

/// <summary>Features [n, channels, height, width], and what two convolutions add to them.</summary>
internal sealed class ResidualBlock : Module<Tensor, Tensor>
{
    private readonly BatchNorm2d norm1;
    private readonly Conv2d conv1;
    private readonly BatchNorm2d norm2;
    private readonly Conv2d conv2;

    public ResidualBlock(int channels) : base(nameof(ResidualBlock))
    {
        norm1 = BatchNorm2d(channels);
        conv1 = Conv2d(channels, channels, 3, padding: 1, bias: false);
        norm2 = BatchNorm2d(channels);
        conv2 = Conv2d(channels, channels, 3, padding: 1, bias: false);
        RegisterComponents();
    }

    public override Tensor forward(Tensor features)
    {
        Tensor change = conv1.call(relu(norm1.call(features)));
        change = conv2.call(relu(norm2.call(change)));
        return features + change;
    }
}

using TorchSharp;
using TorchSharp.Modules;
using TrainingGuards;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;
using static TorchSharp.torch.optim;
using static TorchSharp.torch.optim.lr_scheduler;

namespace SeededFailures.Programs;

/// <summary>Reads digits of 8 × 8 pixels with two convolutions and batch normalisation, and noise as augmentation.</summary>
public static class DigitConvNet
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
            Model = () => new ConvNet(),
            Training = training,
            Validation = validation,
            Loss = (logits, labels) => cross_entropy(logits, labels),
            OptimizerFor = model => NewOptimizer((ConvNet)model),
            Scheduler = optimizer => CosineAnnealingLR(optimizer, T_max: Epochs),
            ScheduledBy = ScheduleUnit.Epoch,
            Step = step => Step((ConvNet)step.Model, step.Optimizer, step.Batch.Inputs, step.Batch.Targets),
            Evaluate = model => Evaluate((ConvNet)model, validation),
            Seed = seed,
        };
    }

    /// <summary>Trains it and returns its accuracy on validation.</summary>
    public static double Train(long seed)
    {
        (Examples training, Examples validation) = Load(seed);
        manual_seed(seed);
        using var model = new ConvNet();
        using Optimizer optimizer = NewOptimizer(model);
        LRScheduler schedule = CosineAnnealingLR(optimizer, T_max: Epochs);
        double metric = 0;
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            model.train();
            foreach (Batch batch in training.Epoch())
            {
                using var scope = NewDisposeScope();
                Step(model, optimizer, batch.Inputs, batch.Targets);
            }
            schedule.step();
            metric = Evaluate(model, validation);
        }
        return metric;
    }

    private static Optimizer NewOptimizer(ConvNet model) => SGD(model.parameters(), learningRate: 0.05, momentum: 0.9, weight_decay: 1e-4);

    private static double Step(ConvNet model, Optimizer optimizer, Tensor inputs, Tensor labels)
    {
        optimizer.zero_grad();
        Tensor loss = cross_entropy(model.call(inputs), labels);
        loss.backward();
        optimizer.step();
        return loss.item<float>();
    }

    private static double Evaluate(ConvNet model, Examples validation)
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
        Examples plain = Examples.From(inputs.narrow(0, 0, TrainingSize), labels.narrow(0, 0, TrainingSize), BatchSize, shuffled: true);
        return (
            plain.Augmented(batch => new Batch(Augment(batch.Inputs), batch.Targets)),
            Examples.From(inputs.narrow(0, TrainingSize, ValidationSize), labels.narrow(0, TrainingSize, ValidationSize), BatchSize));
    }

    private static Tensor Augment(Tensor images)
    {
        return images + (0.2 * randn_like(images));
    }
}

/// <summary>Images [n, 1, 8, 8] to logits [n, 10].</summary>
internal sealed class ConvNet : Module<Tensor, Tensor>
{
    private readonly Conv2d conv1 = Conv2d(1, 8, 3, padding: 1, bias: false);
    private readonly BatchNorm2d norm1 = BatchNorm2d(8);
    private readonly Conv2d conv2 = Conv2d(8, 16, 3, padding: 1, bias: false);
    private readonly BatchNorm2d norm2 = BatchNorm2d(16);
    private readonly Linear head = Linear(16 * 4, 10);

    public ConvNet() : base(nameof(ConvNet)) => RegisterComponents();

    public override Tensor forward(Tensor images)
    {
        Tensor features = max_pool2d(relu(norm1.call(conv1.call(images))), 2);
        features = max_pool2d(relu(norm2.call(conv2.call(features))), 2);
        return head.call(features.flatten(1));
    }
}

using TorchSharp;
using TorchSharp.Modules;
using TrainingGuards;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;
using static TorchSharp.torch.optim;
using static TorchSharp.torch.optim.lr_scheduler;

namespace SeededFailures.Programs;

/// <summary>Reads digits with convolutions that were trained on other images and stay as they are, and a head that is trained.</summary>
public static class FineTunedDigits
{
    public const int Epochs = 8;
    private const int BatchSize = 32;
    private const int TrainingSize = 384, ValidationSize = 200, Count = TrainingSize + ValidationSize;

    /// <summary>The program as its guards are told of it.</summary>
    public static Setup Guarded(long seed)
    {
        (Examples training, Examples validation) = Load(seed);
        return new()
        {
            Model = () => new FineTunedNet(),
            Training = training,
            Validation = validation,
            Loss = Loss,
            OptimizerFor = model => NewOptimizer((FineTunedNet)model),
            Scheduler = optimizer => CosineAnnealingLR(optimizer, T_max: Epochs),
            ScheduledBy = ScheduleUnit.Epoch,
            Step = step => Step((FineTunedNet)step.Model, step.Optimizer, step.Batch.Inputs, step.Batch.Targets),
            Evaluate = model => Evaluate((FineTunedNet)model, validation),
            Seed = seed,
        };
    }

    /// <summary>Trains it and returns its accuracy on validation.</summary>
    public static double Train(long seed)
    {
        (Examples training, Examples validation) = Load(seed);
        manual_seed(seed);
        using var model = new FineTunedNet();
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

    private static Optimizer NewOptimizer(FineTunedNet model) => Adam(model.parameters().Where(parameter => parameter.requires_grad), lr: 5e-3);

    private static Tensor Loss(Tensor logits, Tensor labels) => cross_entropy(logits, labels);

    private static double Step(FineTunedNet model, Optimizer optimizer, Tensor inputs, Tensor labels)
    {
        optimizer.zero_grad();
        Tensor loss = Loss(model.call(inputs), labels);
        loss.backward();
        nn.utils.clip_grad_norm_(model.parameters(), max_norm: 5);
        optimizer.step();
        return loss.item<float>();
    }

    private static double Evaluate(FineTunedNet model, Examples validation)
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
internal sealed class FineTunedNet : Module<Tensor, Tensor>
{
    private readonly Conv2d backbone = Conv2d(1, 12, 3, padding: 1);
    private readonly Linear hidden = Linear(12 * 16, 32);
    private readonly Linear head = Linear(32, 10);

    public FineTunedNet() : base(nameof(FineTunedNet))
    {
        RegisterComponents();
        using (no_grad()) backbone.weight.copy_(Pretrained());
        foreach (Parameter parameter in backbone.parameters()) parameter.requires_grad = false;
    }

    public override Tensor forward(Tensor images)
    {
        Tensor features = max_pool2d(relu(backbone.call(images)), 2).flatten(1);
        return head.call(relu(hidden.call(features)));
    }

    // Waves of twelve directions and widths, as a first layer learns them.
    private static Tensor Pretrained()
    {
        Tensor row = arange(-1, 2, dtype: ScalarType.Float32).view(1, 1, 3, 1), column = arange(-1, 2, dtype: ScalarType.Float32).view(1, 1, 1, 3);
        Tensor angle = (arange(12, dtype: ScalarType.Float32) * (Math.PI / 6)).view(12, 1, 1, 1);
        Tensor along = (angle.cos() * row) + (angle.sin() * column);
        return 0.5 * ((1.5 * along) + angle).cos();
    }
}

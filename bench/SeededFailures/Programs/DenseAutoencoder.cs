using TorchSharp;
using TorchSharp.Modules;
using TrainingGuards;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;
using static TorchSharp.torch.optim;
using static TorchSharp.torch.optim.lr_scheduler;

namespace SeededFailures.Programs;

/// <summary>Gives back points of sixteen dimensions that lie on a surface of three.</summary>
public static class DenseAutoencoder
{
    public const int Epochs = 10;
    private const int BatchSize = 32;
    private const int TrainingSize = 384, ValidationSize = 136, Count = TrainingSize + ValidationSize;
    private const double Mean = 0;

    /// <summary>The program as its guards are told of it.</summary>
    public static Setup Guarded(long seed)
    {
        (Examples training, Examples validation) = Load(seed);
        return new()
        {
            Model = () => new Autoencoder(),
            Training = training,
            Validation = validation,
            Loss = (output, points) => mse_loss(output, points),
            OptimizerFor = model => NewOptimizer((Autoencoder)model),
            Scheduler = optimizer => CosineAnnealingLR(optimizer, T_max: Epochs),
            ScheduledBy = ScheduleUnit.Epoch,
            Step = step => Step((Autoencoder)step.Model, step.Optimizer, step.Batch.Inputs, step.Batch.Targets),
            Evaluate = model => Evaluate((Autoencoder)model, validation),
            Seed = seed,
        };
    }

    /// <summary>Trains it and returns the share of validation's variance that it explains.</summary>
    public static double Train(long seed)
    {
        (Examples training, Examples validation) = Load(seed);
        manual_seed(seed);
        using var model = new Autoencoder();
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

    private static Optimizer NewOptimizer(Autoencoder model) => Adam(model.parameters(), lr: 1e-2);

    private static double Step(Autoencoder model, Optimizer optimizer, Tensor inputs, Tensor points)
    {
        optimizer.zero_grad();
        Tensor loss = mse_loss(model.call(inputs), points);
        loss.backward();
        optimizer.step();
        return loss.item<float>();
    }

    private static double Evaluate(Autoencoder model, Examples validation)
    {
        model.eval();
        using IDisposable gradients = no_grad();
        double error = 0, variance = 0;
        foreach (Batch batch in validation.Epoch())
        {
            using var scope = NewDisposeScope();
            Tensor points = batch.Targets;
            error += (model.call(batch.Inputs) - points).square().sum().item<float>();
            variance += (points - Mean).square().sum().item<float>();
        }
        return 1 - (error / variance);
    }

    private static (Examples Training, Examples Validation) Load(long seed)
    {
        manual_seed(seed);
        Tensor latent = randn(Count, 3);
        Tensor points = cat([latent, latent.sin()], 1).matmul(randn(6, 16) / 2.2) + (0.05 * randn(Count, 16));
        Tensor inputs = points.clone();
        return (
            Examples.From(inputs.narrow(0, 0, TrainingSize), points.narrow(0, 0, TrainingSize), BatchSize, shuffled: true),
            Examples.From(inputs.narrow(0, TrainingSize, ValidationSize), points.narrow(0, TrainingSize, ValidationSize), BatchSize));
    }
}

/// <summary>Points [n, 16] to points [n, 16], through three numbers.</summary>
internal sealed class Autoencoder : Module<Tensor, Tensor>
{
    private readonly Linear first = Linear(16, 24);
    private readonly Linear code = Linear(24, 3);
    private readonly Linear second = Linear(3, 24);
    private readonly Linear head = Linear(24, 16);

    public Autoencoder() : base(nameof(Autoencoder)) => RegisterComponents();

    public override Tensor forward(Tensor inputs)
    {
        Tensor hidden = tanh(first.call(inputs));
        hidden = tanh(second.call(code.call(hidden)));
        return head.call(hidden);
    }
}

using TorchSharp;
using TorchSharp.Modules;
using TrainingGuards;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;
using static TorchSharp.torch.optim;
using static TorchSharp.torch.optim.lr_scheduler;

namespace SeededFailures.Programs;

/// <summary>Foretells a number from eight others.</summary>
public static class RegressionNet
{
    public const int Epochs = 10;
    private const int BatchSize = 32;
    private const int TrainingSize = 512, ValidationSize = 136, Count = TrainingSize + ValidationSize;
    private const double Mean = 0;

    /// <summary>The program as its guards are told of it.</summary>
    public static Setup Guarded(long seed)
    {
        (Examples training, Examples validation) = Load(seed);
        return new()
        {
            Model = () => new RegressionMlp(),
            Training = training,
            Validation = validation,
            Loss = Loss,
            OptimizerFor = model => NewOptimizer((RegressionMlp)model),
            Scheduler = optimizer => CosineAnnealingLR(optimizer, T_max: Epochs),
            ScheduledBy = ScheduleUnit.Epoch,
            Step = step => Step((RegressionMlp)step.Model, step.Optimizer, step.Batch.Inputs, step.Batch.Targets),
            Evaluate = model => Evaluate((RegressionMlp)model, validation),
            Seed = seed,
        };
    }

    /// <summary>Trains it and returns the share of validation's variance that it explains.</summary>
    public static double Train(long seed)
    {
        (Examples training, Examples validation) = Load(seed);
        manual_seed(seed);
        using var model = new RegressionMlp();
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

    private static Optimizer NewOptimizer(RegressionMlp model) => Adam(model.parameters(), lr: 1e-2);

    private static Tensor Loss(Tensor predicted, Tensor values) => mse_loss(predicted, values);

    private static double Step(RegressionMlp model, Optimizer optimizer, Tensor inputs, Tensor values)
    {
        optimizer.zero_grad();
        Tensor loss = Loss(model.call(inputs), values);
        loss.backward();
        nn.utils.clip_grad_norm_(model.parameters(), max_norm: 10);
        optimizer.step();
        return loss.item<float>();
    }

    private static double Evaluate(RegressionMlp model, Examples validation)
    {
        model.eval();
        using IDisposable gradients = no_grad();
        double error = 0, variance = 0;
        foreach (Batch batch in validation.Epoch())
        {
            using var scope = NewDisposeScope();
            Tensor values = batch.Targets;
            error += (model.call(batch.Inputs) - values).square().sum().item<float>();
            variance += (values - Mean).square().sum().item<float>();
        }
        return 1 - (error / variance);
    }

    private static (Examples Training, Examples Validation) Load(long seed)
    {
        manual_seed(seed);
        Tensor inputs = randn(Count, 8);
        Tensor curve = inputs.select(1, 0).sin() + (0.7 * inputs.select(1, 1)) - (0.5 * inputs.select(1, 2) * inputs.select(1, 3));
        Tensor values = (curve + (0.1 * randn(Count))).unsqueeze(1);
        return (
            Examples.From(inputs.narrow(0, 0, TrainingSize), values.narrow(0, 0, TrainingSize), BatchSize, shuffled: true),
            Examples.From(inputs.narrow(0, TrainingSize, ValidationSize), values.narrow(0, TrainingSize, ValidationSize), BatchSize));
    }
}

/// <summary>Numbers [n, 8] to a number [n, 1].</summary>
internal sealed class RegressionMlp : Module<Tensor, Tensor>
{
    private readonly Linear first = Linear(8, 32);
    private readonly Linear second = Linear(32, 32);
    private readonly Linear head = Linear(32, 1);

    public RegressionMlp() : base(nameof(RegressionMlp)) => RegisterComponents();

    public override Tensor forward(Tensor inputs)
    {
        Tensor hidden = relu(first.call(inputs));
        hidden = relu(second.call(hidden));
        return head.call(hidden);
    }
}

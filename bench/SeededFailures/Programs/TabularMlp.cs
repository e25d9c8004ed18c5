using TorchSharp;
using TorchSharp.Modules;
using TrainingGuards;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;
using static TorchSharp.torch.optim;
using static TorchSharp.torch.optim.lr_scheduler;

namespace SeededFailures.Programs;

/// <summary>Tells four kinds of things apart by sixteen measurements of each.</summary>
public static class TabularMlp
{
    public const int Epochs = 10;
    private const int BatchSize = 32;
    private const int TrainingSize = 512, ValidationSize = 250, Count = TrainingSize + ValidationSize;

    /// <summary>The program as its guards are told of it.</summary>
    public static Setup Guarded(long seed)
    {
        (Examples training, Examples validation) = Load(seed);
        return new()
        {
            Model = () => new TabularNet(),
            Training = training,
            Validation = validation,
            Loss = Loss,
            OptimizerFor = model => NewOptimizer((TabularNet)model),
            Scheduler = optimizer => CosineAnnealingLR(optimizer, T_max: Epochs),
            ScheduledBy = ScheduleUnit.Epoch,
            Step = step => Step((TabularNet)step.Model, step.Optimizer, step.Batch.Inputs, step.Batch.Targets),
            Evaluate = model => Evaluate((TabularNet)model, validation),
            Seed = seed,
        };
    }

    /// <summary>Trains it and returns its accuracy on validation.</summary>
    public static double Train(long seed)
    {
        (Examples training, Examples validation) = Load(seed);
        manual_seed(seed);
        using var model = new TabularNet();
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

    private static Optimizer NewOptimizer(TabularNet model) => AdamW(model.parameters(), lr: 5e-3, weight_decay: 1e-2);

    private static Tensor Loss(Tensor logits, Tensor labels) => cross_entropy(logits, labels);

    private static double Step(TabularNet model, Optimizer optimizer, Tensor inputs, Tensor labels)
    {
        optimizer.zero_grad();
        Tensor loss = Loss(model.call(inputs), labels);
        loss.backward();
        nn.utils.clip_grad_norm_(model.parameters(), max_norm: 5);
        optimizer.step();
        return loss.item<float>();
    }

    private static double Evaluate(TabularNet model, Examples validation)
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
        Tensor labels = randint(4, Count, dtype: ScalarType.Int64);
        Tensor centres = randn(8, 16).index_select(0, (labels * 2) + randint(2, Count, dtype: ScalarType.Int64));
        Tensor measured = 120 + (25 * ((1.1 * centres) + randn(Count, 16)));
        Tensor mean = measured.narrow(0, 0, TrainingSize).mean([0], keepdim: true), deviation = measured.narrow(0, 0, TrainingSize).std(0, keepdim: true);
        Tensor inputs = (measured - mean) / deviation;
        return (
            Examples.From(inputs.narrow(0, 0, TrainingSize), labels.narrow(0, 0, TrainingSize), BatchSize, shuffled: true),
            Examples.From(inputs.narrow(0, TrainingSize, ValidationSize), labels.narrow(0, TrainingSize, ValidationSize), BatchSize));
    }
}

/// <summary>Measurements [n, 16] to logits [n, 4].</summary>
internal sealed class TabularNet : Module<Tensor, Tensor>
{
    private readonly Linear first = Linear(16, 48);
    private readonly Linear second = Linear(48, 48);
    private readonly Dropout dropout = Dropout(0.1);
    private readonly Linear head = Linear(48, 4);

    public TabularNet() : base(nameof(TabularNet)) => RegisterComponents();

    public override Tensor forward(Tensor inputs)
    {
        Tensor hidden = relu(first.call(inputs));
        hidden = dropout.call(relu(second.call(hidden)));
        return head.call(hidden);
    }
}

using TorchSharp;
using TorchSharp.Modules;
using TrainingGuards;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;
using static TorchSharp.torch.optim;
using static TorchSharp.torch.optim.lr_scheduler;

namespace SeededFailures.Programs;

/// <summary>Tells three kinds of sentences apart by their tokens, of which the first decides, with an LSTM; gradients of two halves of a batch are added up.</summary>
public static class LstmClassifier
{
    public const int Epochs = 6;
    private const int BatchSize = 32;
    private const int TrainingSize = 384, ValidationSize = 136, Count = TrainingSize + ValidationSize;

    /// <summary>The program as its guards are told of it.</summary>
    public static Setup Guarded(long seed)
    {
        (Examples training, Examples validation) = Load(seed);
        return new()
        {
            Model = () => new SentenceNet(),
            Training = training,
            Validation = validation,
            Loss = (logits, labels) => cross_entropy(logits, labels),
            OptimizerFor = model => NewOptimizer((SentenceNet)model),
            Scheduler = optimizer => CosineAnnealingLR(optimizer, T_max: Epochs),
            ScheduledBy = ScheduleUnit.Epoch,
            Step = step => Step((SentenceNet)step.Model, step.Optimizer, step.Batch.Inputs, step.Batch.Targets),
            Evaluate = model => Evaluate((SentenceNet)model, validation),
            PaddingIndex = SentenceNet.Padding,
            Seed = seed,
        };
    }

    /// <summary>Trains it and returns its accuracy on validation.</summary>
    public static double Train(long seed)
    {
        (Examples training, Examples validation) = Load(seed);
        manual_seed(seed);
        using var model = new SentenceNet();
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

    private static Optimizer NewOptimizer(SentenceNet model) => Adam(model.parameters(), lr: 1e-2);

    private static double Step(SentenceNet model, Optimizer optimizer, Tensor inputs, Tensor labels)
    {
        optimizer.zero_grad();
        double total = 0;
        foreach ((Tensor part, Tensor partLabels) in inputs.chunk(2).Zip(labels.chunk(2)))
        {
            Tensor loss = cross_entropy(model.call(part), partLabels) / 2;
            loss.backward();
            total += loss.item<float>();
        }
        nn.utils.clip_grad_norm_(model.parameters(), max_norm: 5);
        optimizer.step();
        return total;
    }

    private static double Evaluate(SentenceNet model, Examples validation)
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
        Tensor tokens = randint(1, 10, [Count, 8], dtype: ScalarType.Int64);
        Tensor labels = (tokens.select(1, 0) - 1).div(3, RoundingMode.floor).to(ScalarType.Int64);
        Tensor lengths = randint(4, 9, [Count, 1], dtype: ScalarType.Int64);
        Tensor inputs = tokens.masked_fill(arange(8).unsqueeze(0).ge(lengths), SentenceNet.Padding);
        return (
            Examples.From(inputs.narrow(0, 0, TrainingSize), labels.narrow(0, 0, TrainingSize), BatchSize, shuffled: true),
            Examples.From(inputs.narrow(0, TrainingSize, ValidationSize), labels.narrow(0, TrainingSize, ValidationSize), BatchSize));
    }
}

/// <summary>Tokens [n, time] to logits [n, 3].</summary>
internal sealed class SentenceNet : Module<Tensor, Tensor>
{
    public const long Padding = 0;

    private readonly Embedding tokens = Embedding(10, 12, padding_idx: Padding);
    private readonly LSTM recurrent = LSTM(12, 16, batchFirst: true);
    private readonly Linear head = Linear(16, 3);

    public SentenceNet() : base(nameof(SentenceNet)) => RegisterComponents();

    public override Tensor forward(Tensor inputs)
    {
        (Tensor states, _, _) = recurrent.call(tokens.call(inputs));
        Tensor real = inputs.ne(Padding).to(ScalarType.Float32).unsqueeze(-1);
        Tensor mean = (states * real).sum(1) / real.sum(1);
        return head.call(mean);
    }
}

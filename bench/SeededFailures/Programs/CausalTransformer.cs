using TorchSharp;
using TorchSharp.Modules;
using TrainingGuards;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;
using static TorchSharp.torch.optim;
using static TorchSharp.torch.optim.lr_scheduler;

namespace SeededFailures.Programs;

/// <summary>Foretells the next token of sentences that count on by one or by two, with one block of causal attention.</summary>
public static class CausalTransformer
{
    public const int Epochs = 8;
    private const int BatchSize = 32;
    private const int TrainingSize = 256, ValidationSize = 136, Count = TrainingSize + ValidationSize;
    private const long Ignored = -100;

    /// <summary>The program as its guards are told of it.</summary>
    public static Setup Guarded(long seed)
    {
        (Examples training, Examples validation) = Load(seed);
        return new()
        {
            Model = () => new TokenModel(),
            Training = training,
            Validation = validation,
            Loss = (logits, targets) => cross_entropy(logits.transpose(1, 2), targets),
            OptimizerFor = model => NewOptimizer((TokenModel)model),
            Scheduler = optimizer => CosineAnnealingLR(optimizer, T_max: Epochs),
            ScheduledBy = ScheduleUnit.Epoch,
            Step = step => Step((TokenModel)step.Model, step.Optimizer, step.Batch.Inputs, step.Batch.Targets),
            Evaluate = model => Evaluate((TokenModel)model, validation),
            PaddingIndex = TokenModel.Padding,
            IgnoreIndex = Ignored,
            Seed = seed,
        };
    }

    /// <summary>Trains it and returns the share of validation's tokens that it foretells.</summary>
    public static double Train(long seed)
    {
        (Examples training, Examples validation) = Load(seed);
        manual_seed(seed);
        using var model = new TokenModel();
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

    private static Optimizer NewOptimizer(TokenModel model) => AdamW(model.parameters(), lr: 1e-2, weight_decay: 1e-2);

    private static double Step(TokenModel model, Optimizer optimizer, Tensor inputs, Tensor targets)
    {
        optimizer.zero_grad();
        Tensor loss = cross_entropy(model.call(inputs).transpose(1, 2), targets);
        loss.backward();
        nn.utils.clip_grad_norm_(model.parameters(), max_norm: 5);
        optimizer.step();
        return loss.item<float>();
    }

    private static double Evaluate(TokenModel model, Examples validation)
    {
        model.eval();
        using IDisposable gradients = no_grad();
        long right = 0, total = 0;
        foreach (Batch batch in validation.Epoch())
        {
            using var scope = NewDisposeScope();
            Tensor targets = batch.Targets;
            right += model.call(batch.Inputs).argmax(-1).eq(targets).sum().item<long>();
            total += targets.ne(Ignored).sum().item<long>();
        }
        return (double)right / total;
    }

    private static (Examples Training, Examples Validation) Load(long seed)
    {
        manual_seed(seed);
        Tensor stride = randint(1, 3, [Count, 1], dtype: ScalarType.Int64), at = arange(9, dtype: ScalarType.Int64).unsqueeze(0);
        Tensor text = (randint(11, [Count, 1], dtype: ScalarType.Int64) + (stride * at)).remainder(11) + 1;
        Tensor slip = rand(Count, 9).lt(0.05);
        text = text.where(slip.logical_not(), randint(1, 12, [Count, 9], dtype: ScalarType.Int64));
        Tensor over = at.ge(randint(5, 10, [Count, 1], dtype: ScalarType.Int64));
        Tensor inputs = text.masked_fill(over, TokenModel.Padding).narrow(1, 0, 8);
        Tensor targets = text.masked_fill(over, Ignored).narrow(1, 1, 8);
        return (
            Examples.From(inputs.narrow(0, 0, TrainingSize), targets.narrow(0, 0, TrainingSize), BatchSize, shuffled: true),
            Examples.From(inputs.narrow(0, TrainingSize, ValidationSize), targets.narrow(0, TrainingSize, ValidationSize), BatchSize));
    }
}

/// <summary>Tokens [n, time] to logits of the next token [n, time, 12].</summary>
internal sealed class TokenModel : Module<Tensor, Tensor>
{
    public const long Padding = 0;

    private readonly Embedding tokens = Embedding(12, 16, padding_idx: Padding);
    private readonly Embedding positions = Embedding(8, 16);
    private readonly CausalAttention attention = new(width: 16, heads: 2);
    private readonly LayerNorm norm = LayerNorm(16);
    private readonly Linear expand = Linear(16, 32);
    private readonly Dropout dropout = Dropout(0.1);
    private readonly Linear contract = Linear(32, 16);
    private readonly Linear head = Linear(16, 12);

    public TokenModel() : base(nameof(TokenModel)) => RegisterComponents();

    public override Tensor forward(Tensor inputs)
    {
        Tensor place = arange(inputs.shape[1], device: inputs.device);
        Tensor states = tokens.call(inputs) + positions.call(place);
        states = states + attention.call(norm.call(states), inputs.eq(Padding));
        states = states + contract.call(dropout.call(relu(expand.call(states))));
        return head.call(states);
    }
}

/// <summary>States [n, time, width] and which of them are padding, to what each gathers of those before it.</summary>
internal sealed class CausalAttention : Module<Tensor, Tensor, Tensor>
{
    private readonly Linear project;
    private readonly Linear gathered;
    private readonly int heads;

    public CausalAttention(int width, int heads) : base(nameof(CausalAttention))
    {
        this.heads = heads;
        project = Linear(width, 3 * width);
        gathered = Linear(width, width);
        RegisterComponents();
    }

    public override Tensor forward(Tensor states, Tensor padding)
    {
        long n = states.shape[0], time = states.shape[1], width = states.shape[2];
        Tensor[] parts = project.call(states).chunk(3, -1);
        Tensor query = parts[0].view(n, time, heads, width / heads).transpose(1, 2);
        Tensor key = parts[1].view(n, time, heads, width / heads).transpose(1, 2);
        Tensor value = parts[2].view(n, time, heads, width / heads).transpose(1, 2);
        Tensor scores = query.matmul(key.transpose(-2, -1)) / Math.Sqrt(width / (double)heads);
        Tensor later = ones(time, time, dtype: ScalarType.Bool, device: states.device).triu(1);
        scores = scores.masked_fill(later, -1e9).masked_fill(padding.unsqueeze(1).unsqueeze(1), -1e9);
        Tensor weights = softmax(scores, -1);
        return gathered.call(weights.matmul(value).transpose(1, 2).reshape(n, time, width));
    }
}

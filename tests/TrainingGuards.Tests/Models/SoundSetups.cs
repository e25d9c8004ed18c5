using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace TrainingGuards.Tests.Models;

/// <summary>Setups without a fault, small and quick to learn: every check holds on them, whatever the seed.</summary>
internal static class SoundSetups
{
    public static Setup Classifier { get; } = new()
    {
        Model = () => new MlpClassifier(),
        Batch = () => SampleData.Blobs(32, 8, 4),
        Loss = (output, target) => cross_entropy(output, target),
        Optimizer = parameters => optim.AdamW(parameters, lr: 3e-3),
        Evaluate = model => Accuracy(model, () => SampleData.Blobs(64, 8, 4)),
    };

    public static Setup ConvNet { get; } = new()
    {
        Model = () => new ConvNet(),
        Batch = () => SampleData.Quarters(24),
        Loss = (output, target) => cross_entropy(output, target),
        Optimizer = parameters => optim.SGD(parameters, learningRate: 0.05, momentum: 0.9),
        Evaluate = model => Accuracy(model, () => SampleData.Quarters(64)),
    };

    public static Setup Tokens { get; } = new()
    {
        Model = () => new TokenModel(),
        Batch = () => SampleData.Counting(16),
        Loss = (output, target) => cross_entropy(output.permute(0, 2, 1), target),
        Optimizer = parameters => optim.AdamW(parameters, lr: 5e-3),
    };

    public static Setup TwoInputs { get; } = new()
    {
        Model = () => new TwoInputModel(),
        Batch = () =>
        {
            (Tensor points, Tensor labels) = SampleData.Blobs(24, 9, 3);
            return ((points.narrow(1, 0, 6), points.narrow(1, 6, 3)), labels);
        },
        Loss = (output, target) => cross_entropy(output, target),
        Optimizer = parameters => optim.Adam(parameters, lr: 3e-3),
    };

    public static Setup TwoOutputs { get; } = new()
    {
        Model = () => new TwoOutputModel(),
        Batch = () =>
        {
            (Tensor points, Tensor labels) = SampleData.Blobs(24, 8, 4);
            return (points, (labels, points.narrow(1, 0, 2)));
        },
        JointLoss = (outputs, targets) => cross_entropy(outputs[0], targets[0]) + mse_loss(outputs[1], targets[1]),
        Optimizer = parameters => optim.Adam(parameters, lr: 3e-3),
    };

    public static Setup Regressor { get; } = new()
    {
        Model = () => new MlpRegressor(),
        Batch = () => SampleData.Smooth(32),
        Loss = (output, target) => mse_loss(output, target),
        Optimizer = parameters => optim.Adam(parameters, lr: 1e-2),
    };

    public static Setup Recurrent { get; } = new()
    {
        Model = () => new SequenceClassifier(),
        Batch = () => SampleData.Curves(24),
        Loss = (output, target) => cross_entropy(output, target),
        Optimizer = parameters => optim.Adam(parameters, lr: 1e-2),
    };

    public static Setup Autoencoder { get; } = new()
    {
        Model = () => new Autoencoder(),
        Batch = () => SampleData.Surface(32) is var points ? (points, points) : default,
        Loss = (output, target) => mse_loss(output, target),
        Optimizer = parameters => optim.Adam(parameters, lr: 1e-2),
    };

    /// <summary>Its training step is its own: two batches a step, gradients clipped, a rate that warms up.</summary>
    public static Setup ResidualNet { get; } = new()
    {
        Model = () => new ResidualNet(),
        Batch = () => SampleData.Quarters(24),
        Loss = (output, target) => cross_entropy(output, target),
        Optimizer = parameters => optim.SGD(parameters, learningRate: 0.05, momentum: 0.9, weight_decay: 1e-4),
        Scheduler = optimizer => optim.lr_scheduler.LinearLR(optimizer, start_factor: 0.2, total_iters: 5),
        Step = AccumulateAndClip,
    };

    /// <summary>Its examples come from a DataLoader; encoder and head have an optimizer each.</summary>
    public static Setup MultiLabel { get; } = new()
    {
        Model = () => nn.Sequential(("encoder", nn.Linear(8, 32)), ("relu", nn.ReLU()), ("head", nn.Linear(32, 3))),
        Training = Loaded(512, seed: 0),
        Validation = Loaded(128, seed: 1),
        Loss = (output, target) => binary_cross_entropy_with_logits(output, target),
        Optimizers = model => [optim.AdamW(model.named_children().First().module.parameters(), lr: 1e-2), optim.SGD(model.named_children().Last().module.parameters(), learningRate: 0.5)],
    };

    /// <summary>A loss of two terms, and a penalty on the weights.</summary>
    public static Setup Composite { get; } = TwoOutputs with
    {
        JointLoss = null,
        LossTerms = (outputs, targets) => new Dictionary<string, Tensor> { ["kind"] = cross_entropy(outputs[0], targets[0]), ["position"] = mse_loss(outputs[1], targets[1]) },
        Penalty = model => 1e-4 * model.parameters().Select(parameter => parameter.square().sum()).Aggregate((sum, next) => sum + next),
    };

    /// <summary>A frozen encoder, the same at each build, and a head that is trained.</summary>
    public static Setup FineTuned { get; } = new()
    {
        Model = () => new FineTunedModel(),
        Batch = () => SampleData.Blobs(32, 8, 4),
        Loss = (output, target) => cross_entropy(output, target),
        OptimizerFor = model => optim.Adam(model.parameters().Where(parameter => parameter.requires_grad), lr: 1e-2),
    };

    public static Setup CausalTransformer { get; } = new()
    {
        Model = () => new CausalTransformer(),
        Batch = () => SampleData.Sentences(16, padding: 0, ignored: 0),
        Loss = (output, target) => cross_entropy(output.permute(0, 2, 1), target, ignore_index: 0),
        Optimizer = parameters => optim.AdamW(parameters, lr: 5e-3),
        PaddingIndex = 0,
        IgnoreIndex = 0,
    };

    public static Setup LstmLanguageModel { get; } = new()
    {
        Model = () => new LstmLanguageModel(),
        Batch = () => SampleData.Sentences(16, padding: 0, ignored: -100),
        Loss = (output, target) => cross_entropy(output.reshape(-1, 12), target.reshape(-1)),
        Optimizer = parameters => optim.AdamW(parameters, lr: 1e-2),
        PaddingIndex = 0,
    };

    private static readonly Dictionary<string, Setup> All = new()
    {
        [nameof(Classifier)] = Classifier,
        [nameof(ConvNet)] = ConvNet,
        [nameof(Tokens)] = Tokens,
        [nameof(TwoInputs)] = TwoInputs,
        [nameof(TwoOutputs)] = TwoOutputs,
        [nameof(Regressor)] = Regressor,
        [nameof(Recurrent)] = Recurrent,
        [nameof(Autoencoder)] = Autoencoder,
        [nameof(ResidualNet)] = ResidualNet,
        [nameof(MultiLabel)] = MultiLabel,
        [nameof(FineTuned)] = FineTuned,
        [nameof(Composite)] = Composite,
        [nameof(CausalTransformer)] = CausalTransformer,
        [nameof(LstmLanguageModel)] = LstmLanguageModel,
    };

    /// <summary>Each setup with each seed; for a theory.</summary>
    public static TheoryData<string, int> EverySeed => Seeds.Of(All.Keys);

    /// <summary>Each with one seed, for what does not depend on numbers, as memory does not.</summary>
    public static TheoryData<string, int> OneSeed => Seeds.Of(All.Keys, most: 1);

    /// <summary>Each setup with the seeds 0 to 2: for whole trainings, which take seconds.</summary>
    public static TheoryData<string, int> FewSeeds => Seeds.Of(All.Keys, most: 3);

    public static Setup Of(string name, int seed) => All[name] with { Seed = seed };

    /// <summary>What a check costs on the first of them that it concerns.</summary>
    public static (string Setup, Cost Cost) CostOf(Check check)
    {
        foreach ((string name, Setup setup) in All.Append(new("Classifier", SoundExamples.Classifier())).Append(new("Images", SoundExamples.Images())))
            if (setup.Judge(check) is { Outcome: Outcome.Holds } verdict) return (name, verdict.Cost);
        throw new InvalidOperationException($"{check.Name} concerns none of the sound setups.");
    }

    private static double AccumulateAndClip(TrainingStep step)
    {
        var model = (nn.Module<Tensor, Tensor>)step.Model;
        double loss = 0;
        step.Optimizer.zero_grad();
        foreach (Batch batch in new[] { step.Batch, step.NextBatch() })
        {
            Tensor half = cross_entropy(model.call(batch.Inputs), batch.Targets) / 2;
            half.backward();
            loss += half.ToDouble();
        }
        nn.utils.clip_grad_norm_(model.parameters(), 1.0);
        step.Optimizer.step();
        step.Schedulers[0].step();
        return loss;
    }

    private static Examples Loaded(long count, long seed)
    {
        Tensor generator = get_rng_state();
        manual_seed(seed);
        (Tensor inputs, Tensor labels) = SampleData.Sides(count);
        set_rng_state(generator);
        return Examples.From(utils.data.DataLoader(utils.data.TensorDataset(inputs, labels), 32, AnewEachEpoch(count)));
    }

    // By torch's generator, so that the seed of a setup is that of its order too.
    private static IEnumerable<long> AnewEachEpoch(long count)
    {
        using Tensor order = randperm(count);
        foreach (long index in order.data<long>().ToArray()) yield return index;
    }

    private static double Accuracy(nn.Module model, Func<(Tensor Inputs, Tensor Classes)> data)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        (Tensor inputs, Tensor labels) = SampleData.Held(data);
        Device device = model.parameters().First().device;
        model.eval();
        double accuracy = ((nn.Module<Tensor, Tensor>)model).call(inputs.to(device)).argmax(-1).eq(labels.to(device)).to(ScalarType.Float64).mean().ToDouble();
        model.train();
        return accuracy;
    }
}

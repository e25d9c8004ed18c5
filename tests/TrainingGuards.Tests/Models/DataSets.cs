using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainingGuards.Tests.Models;

/// <summary>Sound setups with sets of examples, of the kinds that real data comes in; drawn from a seed of their own.</summary>
internal static class DataSets
{
    public static TheoryData<string, int> EverySeed => Seeds.Of(Kinds.Keys);

    private static readonly Dictionary<string, Func<Setup>> Kinds = new()
    {
        ["blobs"] = () => Classes(count => SampleData.Blobs(count, 8, 4), 8, 4),
        ["digits of mostly zeros"] = () => Classes(Sparse, 36, 4, shape: [1, 6, 6]),
        ["channels last"] = () => Classes(count => (rand(count, 5, 5, 3), randint(3, [count])), 75, 3),
        ["standardised images"] = () => Classes(count => ((rand(count, 3, 5, 5) - 0.5) / 0.29, randint(3, [count])), 75, 3),
        ["table with a constant column"] = () => Classes(count => (cat([randn(count, 5), ones(count, 1) * 7], 1), randint(2, [count])), 6, 2),
        ["rare binary features"] = () => Classes(count => (rand(count, 12).lt(0.01).to(ScalarType.Float32), randint(2, [count])), 12, 2),
        ["one-hot inputs"] = () => Classes(count => (functional.one_hot(randint(9, [count]), 9).to(ScalarType.Float32), randint(2, [count])), 9, 2),
        ["heavy tails"] = () => Classes(count => ((randn(count, 4) / randn(count, 4).abs().clamp(min: 0.05)), randint(2, [count])), 4, 2),
        ["several labels"] = () => Of(count => (randn(count, 8), randn(count, 5).gt(0.8).to(ScalarType.Float32)), 8, 5) with { Loss = (output, target) => functional.binary_cross_entropy_with_logits(output, target) },
        ["numbers"] = () => Of(count => (randn(count, 8), 100 * randn(count, 1)), 8, 1) with { Loss = (output, target) => functional.mse_loss(output, target) },
        ["tokens"] = () => SoundSetups.Tokens with { Batch = null, Training = Set(Sentences, 600), Validation = Set(Sentences, 200) },
        ["ignored targets"] = () => Classes(count => (randn(count, 8), randint(4, [count]).masked_fill(rand(count).lt(0.3), -100)), 8, 4),
        ["read in batches"] = () => InBatches(Classes(count => SampleData.Blobs(count, 8, 4), 8, 4)),
        ["augmented"] = () => Augmented(Classes(count => SampleData.Blobs(count, 8, 4), 8, 4)),
        ["augmented out of sight"] = () => AugmentedOutOfSight(Classes(count => SampleData.Blobs(count, 8, 4), 8, 4)),
    };

    public static Setup Named(string name, int seed) => Seeded(Kinds[name], seed) with { Seed = seed };

    /// <summary>A setup whose data is drawn from a seed; the generator is put back where it was.</summary>
    public static Setup Seeded(Func<Setup> build, int seed = 0)
    {
        using Tensor generator = get_rng_state();
        manual_seed(seed);
        Setup setup = build();
        set_rng_state(generator);
        return setup;
    }

    /// <summary>The setup with other targets to train on.</summary>
    public static Setup WithTargets(Setup setup, Func<Tensor, Tensor> change)
    {
        Examples training = setup.Training!;
        return setup with { Training = Examples.From(() => training.Epoch().Select(batch => batch with { Targets = change(batch.Targets[0]) })) };
    }

    /// <summary>A setup whose sets are drawn by a function of the number of examples: 600 to train on, 200 to validate, in batches of 32.</summary>
    public static Setup Of(Func<long, (Tensor, Tensor)> draw, long features, long outputs) => new()
    {
        Model = () => Sequential(Flatten(), Linear(features, 16), ReLU(), Linear(16, outputs)),
        Training = Set(draw, 600),
        Validation = Set(draw, 200),
        Optimizer = parameters => optim.Adam(parameters, lr: 1e-2),
    };

    public static Setup Classes(Func<long, (Tensor, Tensor)> draw, long features, long classes, long[]? shape = null) =>
        Of(count => draw(count) is var (x, y) && shape is not null ? (x.reshape([count, .. shape]), y) : (x, y), features, classes) with { Loss = (output, target) => functional.cross_entropy(output, target) };

    public static Examples Set(Func<long, (Tensor, Tensor)> draw, long count)
    {
        (Tensor inputs, Tensor targets) = draw(count);
        return Examples.From(inputs, targets, batchSize: 32);
    }

    /// <summary>The setup with other inputs to train on.</summary>
    public static Setup WithInputs(Setup setup, Func<Tensor, Tensor> change) => setup with { Training = Changed(setup.Training!, change) };

    /// <summary>The set with other inputs.</summary>
    public static Examples Changed(Examples examples, Func<Tensor, Tensor> change) => Examples.From(() => examples.Epoch().Select(batch => batch with { Inputs = change(batch.Inputs[0]) }));

    /// <summary>The setup with what it is trained on read twice an epoch.</summary>
    public static Setup Repeated(Setup setup) => setup with { Training = Examples.From(() => setup.Training!.Epoch().Concat(setup.Training.Epoch())) };

    /// <summary>The setup with a validation set that training begins with.</summary>
    public static Setup Leaking(Setup setup) => setup with { Training = Examples.From(() => setup.Validation!.Epoch().Take(1).Concat(setup.Training!.Epoch())) };

    /// <summary>The same sets, read in batches alone.</summary>
    public static Setup InBatches(Setup setup) => setup with { Training = Without(setup.Training!), Validation = Without(setup.Validation!) };

    /// <summary>The same sets with a little noise on what is trained on, drawn anew each time.</summary>
    public static Setup Augmented(Setup setup) => setup with { Training = setup.Training!.Augmented(Noisy) };

    /// <summary>The same, and the setup does not say how the examples are stored.</summary>
    public static Setup AugmentedOutOfSight(Setup setup) => setup with { Training = Examples.From(() => setup.Training!.Epoch().Select(Noisy)) };

    private static Batch Noisy(Batch batch) => new(batch.Inputs[0] + (0.01 * randn_like(batch.Inputs[0])), batch.Targets);

    private static Examples Without(Examples examples) => Examples.From(examples.Epoch);

    private static (Tensor, Tensor) Sentences(long count)
    {
        Tensor tokens = randint(12, [count, 11]);
        return (tokens.narrow(1, 0, 10), tokens.narrow(1, 1, 10));
    }

    private static (Tensor, Tensor) Sparse(long count)
    {
        Tensor x = rand(count, 6, 6) * rand(count, 6, 6).lt(0.3);
        x.narrow(1, 0, 1).zero_();
        return (x, randint(4, [count]));
    }
}

using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace TrainingGuards.Tests.Models;

/// <summary>Setups that give training and validation examples without a fault; the seed is the seed of the data as well.</summary>
internal static class SoundExamples
{
    private static readonly Dictionary<string, Func<long, Setup>> All = new()
    {
        [nameof(Classifier)] = Classifier,
        [nameof(Images)] = Images,
        [nameof(Regressor)] = Regressor,
        [nameof(Tokens)] = Tokens,
        [nameof(ManyLabels)] = ManyLabels,
        [nameof(TwoInputs)] = TwoInputs,
    };

    /// <summary>Each setup with each seed; for a theory.</summary>
    public static TheoryData<string, int> EverySeed => Seeds.Of(All.Keys);

    public static Setup Of(string name, int seed) => All[name](seed) with { Seed = seed };

    /// <summary>Points in memory, in shuffled batches; evaluated by the accuracy over the validation set.</summary>
    public static Setup Classifier(long seed = 0) => Seeded(seed, () =>
    {
        Setup split = Split(SoundSetups.Classifier, SampleData.Blobs(640, 8, 4), 32);
        return split with { Evaluate = model => Accuracy(model, split.Validation!) };
    });

    /// <summary>Images of a DataLoader of two workers, with noise as augmentation in training.</summary>
    public static Setup Images(long seed = 0) => Seeded(seed, () =>
    {
        (Tensor images, Tensor labels) = SampleData.Quarters(480);
        return SoundSetups.ConvNet with
        {
            Batch = null,
            Evaluate = null,
            Training = ImageData.Loaded(images.narrow(0, 0, 360), labels.narrow(0, 0, 360), shuffle: true, ImageData.Noise).StoredAs(ImageData.Loaded(images.narrow(0, 0, 360), labels.narrow(0, 0, 360), shuffle: false)),
            Validation = ImageData.Loaded(images.narrow(0, 360, 120), labels.narrow(0, 360, 120), shuffle: false),
        };
    });

    public static Setup Regressor(long seed = 0) => Seeded(seed, () => Split(SoundSetups.Regressor, SampleData.Smooth(640), 32));

    public static Setup Tokens(long seed = 0) => Seeded(seed, () => Split(SoundSetups.Tokens, SampleData.Counting(640), 16));

    /// <summary>Five labels an example, each present or not.</summary>
    public static Setup ManyLabels(long seed = 0) => Seeded(seed, () =>
    {
        Tensor x = randn(640, 8);
        return Split(
            SoundSetups.Classifier with { Model = () => nn.Linear(8, 5), Loss = (output, target) => binary_cross_entropy_with_logits(output, target), Evaluate = null },
            (x, (x.narrow(1, 0, 5) + (0.3 * randn(640, 5))).gt(0.5).to(ScalarType.Float32)),
            32);
    });

    /// <summary>Two inputs an example, in batches that no index reads.</summary>
    public static Setup TwoInputs(long seed = 0) => Seeded(seed, () =>
    {
        (Tensor points, Tensor labels) = SampleData.Blobs(480, 9, 3);
        Setup split = Split(SoundSetups.TwoInputs, (points, labels), 24);
        static IEnumerable<Batch> Halves(Examples examples) =>
            examples.Epoch().Select(batch => (Batch)((batch.Inputs[0].narrow(1, 0, 6), batch.Inputs[0].narrow(1, 6, 3)), batch.Targets.Only));
        return split with { Training = Examples.From(() => Halves(split.Training!)), Validation = Examples.From(() => Halves(split.Validation!)) };
    });

    /// <summary>A setup of another model with three quarters of some data for training and the rest for validation.</summary>
    public static Setup Split(Setup model, (Tensor Inputs, Tensor Targets) data, int batchSize)
    {
        long count = data.Inputs.shape[0], training = count * 3 / 4;
        Batch Part(long from, long length) => (data.Inputs.narrow(0, from, length).clone(), data.Targets.narrow(0, from, length).clone());
        Batch first = Part(0, training), rest = Part(training, count - training);
        return model with
        {
            Batch = null,
            Evaluate = null,
            Training = Examples.From(first.Inputs, first.Targets, batchSize, shuffled: true),
            Validation = Examples.From(rest.Inputs, rest.Targets, batchSize),
        };
    }

    private static double Accuracy(nn.Module model, Examples set)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        Device device = model.parameters().First().device;
        long right = 0, count = 0;
        model.eval();
        foreach (Batch batch in set.Epoch())
        {
            right += ((nn.Module<Tensor, Tensor>)model).call(batch.Inputs.Only.to(device)).argmax(-1).eq(batch.Targets.Only.to(device)).sum().ToInt64();
            count += batch.Size;
        }
        model.train();
        return (double)right / count;
    }

    private static Setup Seeded(long seed, Func<Setup> make)
    {
        Tensor generator = get_rng_state();
        manual_seed(seed + 500);
        Setup setup = make();
        set_rng_state(generator);
        return setup;
    }
}

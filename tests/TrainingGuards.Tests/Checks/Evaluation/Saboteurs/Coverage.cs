using TrainingGuards.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace TrainingGuards.Tests.Checks.Evaluation.Saboteurs;

/// <summary>Evaluations of a validation set whose last batch is smaller, sound ones and others a line away.</summary>
internal static class Coverage
{
    /// <summary>150 examples in batches of 32: the last has 22.</summary>
    public static Setup Setup(Func<Setup, nn.Module, double> evaluate, long seed = 0)
    {
        Setup split = Uneven(seed);
        return split with { Evaluate = model => Evaluating(model, () => evaluate(split, model)) };
    }

    public static Setup LastBatchAlone => Setup((setup, model) =>
    {
        double accuracy = 0;
        foreach (Batch batch in setup.Validation!.Epoch()) accuracy = Accuracy(model, batch);
        return accuracy;
    });

    public static double WholeAccuracy(Setup setup, nn.Module model) => setup.Validation!.Epoch().Aggregate(
        (Right: 0.0, Count: 0L), (sum, batch) => (sum.Right + (Accuracy(model, batch) * batch.Size), sum.Count + batch.Size), sum => sum.Right / sum.Count);

    public static double WholeLoss(Setup setup, nn.Module model) => setup.Validation!.Epoch().Aggregate(
        (Loss: 0.0, Count: 0L), (sum, batch) => (sum.Loss + (Loss(model, batch) * batch.Size), sum.Count + batch.Size), sum => sum.Loss / sum.Count);

    public static double Accuracy(nn.Module model, Batch batch) => Output(model, batch).argmax(-1).eq(batch.Targets.Only.to(Where(model))).to(ScalarType.Float64).mean().ToDouble();

    public static double Loss(nn.Module model, Batch batch) => cross_entropy(Output(model, batch), batch.Targets.Only.to(Where(model))).ToDouble();

    public static Tensor Output(nn.Module model, Batch batch) => ((nn.Module<Tensor, Tensor>)model).call(batch.Inputs.Only.to(Where(model)));

    private static Device Where(nn.Module model) => model.parameters().First().device;

    private static double Evaluating(nn.Module model, Func<double> evaluate)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        model.eval();
        double value = evaluate();
        model.train();
        return value;
    }

    private static Setup Uneven(long seed)
    {
        Tensor generator = get_rng_state();
        manual_seed(seed + 700);
        Setup setup = SoundExamples.Split(SoundSetups.Classifier, SampleData.Blobs(600, 8, 4), 32);
        set_rng_state(generator);
        return setup with { Seed = seed };
    }
}

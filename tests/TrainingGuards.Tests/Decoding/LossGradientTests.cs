using TrainingGuards.Decoding;
using TrainingGuards.Tests.Models;
using TrainingGuards.Trials;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace TrainingGuards.Tests.Decoding;

public sealed class LossGradientTests
{
    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void A_sound_loss_is_not_cut(string name, int seed) => Assert.Null(Cut(SoundSetups.Of(name, seed)));

    [Fact]
    public void A_clipped_mean_is_cut_for_all() =>
        Assert.Contains("of 32 of 32 examples", Cut(SoundSetups.Classifier with { Loss = (output, target) => cross_entropy(output, target).clamp(max: 1) })!.Evidence, StringComparison.Ordinal);

    [Fact]
    public void A_loss_clipped_example_by_example_is_cut_for_the_outliers()
    {
        Setup setup = SoundSetups.Regressor with
        {
            Batch = () =>
            {
                (Tensor inputs, Tensor values) = SampleData.Smooth(16);
                values[3] = 50;
                values[11] = -50;
                return (inputs, values);
            },
            Loss = (output, target) => (output - target).square().clamp(max: 100).mean(),
        };
        Cause cause = Cut(setup)!;
        Assert.Contains("of 2 of 16 examples", cause.Evidence, StringComparison.Ordinal);
        Assert.Equal("TG1005", cause.Rule);
    }

    [Fact]
    public void Ignored_targets_are_as_they_should_be() => Assert.Null(Cut(SoundSetups.Classifier with
    {
        Batch = () =>
        {
            (Tensor inputs, Tensor classes) = SampleData.Blobs(16, 8, 4);
            classes.narrow(0, 0, 5).fill_(-100);
            return (inputs, classes);
        },
    }));

    [Fact]
    public void Examples_past_a_margin_are_as_they_should_be() => Assert.Null(Cut(SoundSetups.Classifier with
    {
        Batch = () => (randn(16, 8), ones(16, 4)),
        Loss = (output, target) => (0.05 - (target * output)).clamp(min: 0).mean(),
    }));

    [Fact]
    public void Examples_that_are_learnt_to_the_last_digit_are_as_they_should_be() => Assert.Null(Cut(SoundSetups.Classifier with
    {
        Forward = (model, inputs) => ((MlpClassifier)model).call(inputs) * 1e5,
        Loss = (output, target) => cross_entropy(output, output.argmax(-1)),
    }));

    private static Cause? Cut(Setup setup)
    {
        using Trial trial = Trial.Start(setup, new CostCounter(Budget.Unlimited, CancellationToken.None));
        Batch batch = trial.Batch;
        using IDisposable scope = trial.Scope();
        return LossGradient.Cut(trial, batch);
    }
}

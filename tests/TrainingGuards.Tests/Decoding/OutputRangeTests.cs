using TrainingGuards.Decoding;
using TrainingGuards.Tests.Models;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Decoding;

public sealed class OutputRangeTests
{
    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Sound_outputs_betray_nothing_before_and_after_training(string name, int seed)
    {
        using Trial trial = Trial.Start(SoundSetups.Of(name, seed), new CostCounter(Budget.Unlimited, CancellationToken.None));
        Batch batch = trial.Batch;
        Assert.Null(Of(trial, batch));
        for (int step = 0; step < 20; step++) trial.Step(batch);
        Assert.Null(Of(trial, batch));
    }

    [Theory]
    [InlineData("relu", "TG3007")]
    [InlineData("sigmoid", "TG3007")]
    [InlineData("tanh", "TG3007")]
    [InlineData("softmax", "TG4001")]
    public void An_activation_shows(string activation, string rule)
    {
        manual_seed(0);
        Tensor raw = 5 * randn(32, 10);
        Tensor output = activation switch
        {
            "relu" => raw.relu(),
            "sigmoid" => raw.sigmoid(),
            "tanh" => raw.tanh(),
            _ => raw.softmax(-1),
        };
        Cause cause = OutputRange.Of(output)!;
        Assert.Equal(rule, cause.Rule);
        Assert.Contains(activation, cause.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_that_happen_to_lie_in_a_range_do_not()
    {
        manual_seed(0);
        Assert.Null(OutputRange.Of((0.2 * rand(64, 1)) + 0.4));
        Assert.Null(OutputRange.Of((rand(64, 4) * 1.2) - 0.1));
        Assert.Null(OutputRange.Of(0.9 * ((2 * rand(64, 4)) - 1)));
        Assert.Null(OutputRange.Of(randn(64, 4).abs()));
        Assert.Null(OutputRange.Of(full([64, 4], double.NaN)));
        Assert.Null(OutputRange.Of(zeros(2, 1)));
    }

    [Fact]
    public void Outputs_that_fell_to_one_end_or_happen_to_end_there_are_no_activation()
    {
        manual_seed(0);
        Assert.Null(OutputRange.Of(0.003 + (0.001 * rand(64, 1))));
        Assert.Null(OutputRange.Of(0.995 + (0.001 * rand(64, 1))));
        Assert.Null(OutputRange.Of(0.4 * rand(64, 1).square()));
        Assert.Null(OutputRange.Of(linspace(-1, 1, 16).unsqueeze(1)));
        Assert.Null(OutputRange.Of(linspace(0.001, 1, 16).unsqueeze(1)));
        Assert.Contains("sigmoid", OutputRange.Of(ones(64, 1))!.Evidence, StringComparison.Ordinal);
    }

    private static Cause? Of(Trial trial, Batch batch)
    {
        using IDisposable scope = trial.Scope();
        using IDisposable mode = trial.Evaluating();
        return OutputRange.Of(trial.Forward(batch.Inputs));
    }
}

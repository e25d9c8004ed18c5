using TrainingGuards.Checks.Dynamics;
using TrainingGuards.Tests.Checks.Dynamics.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace TrainingGuards.Tests.Checks.Dynamics;

public sealed class ActivationsAreNotSaturatedTests
{
    private static readonly ActivationsAreNotSaturated Check = new();

    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed) =>
        SoundSetups.Of(name, seed).Judge(Check).MustBe(Outcome.Holds, Outcome.NotApplicable);

    [Fact]
    public void Inputs_that_are_not_scaled_saturate_a_tanh()
    {
        Verdict verdict = Broken(Unscaled, "% of what `tanh` (Tanh) takes lies beyond ±5");
        Assert.Equal("tanh", verdict.Findings.Where?.Module);
        Assert.Equal(new Cost(0, 0, 20), verdict.Cost);
    }

    [Fact]
    public void Weights_that_are_too_large_saturate_a_sigmoid() => Broken(
        SoundSetups.Classifier with { Model = () => Net(nn.Sigmoid(), layer => nn.init.normal_(layer.weight!, 0, 100)), Evaluate = null }, "`sigmoid` (Sigmoid) takes lies beyond ±5");

    [Fact]
    public void A_bias_far_below_zero_kills_a_relu() => Assert.Equal("relu", Broken(
        SoundSetups.Classifier with { Model = () => Net(nn.ReLU(), layer => nn.init.constant_(layer.bias!, -100)), Evaluate = null }, "`relu` (ReLU) returns 0 for every example in all 20 looks").Findings.Where?.Module);

    [Fact]
    public void An_output_may_be_sure_of_itself()
    {
        Verdict verdict = (SoundSetups.Classifier with { Model = () => nn.Sequential(("hidden", nn.Linear(8, 4)), ("out", nn.Sigmoid())), Loss = (output, target) => nll_loss(output * 30, target), Evaluate = null }).Judge(Check);
        Assert.Contains("its only activation is its output, `out`", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_function_of_inputs_that_are_not_scaled_saturates()
    {
        Verdict verdict = Broken(Unscaled with { Model = CalledAsFunctions.Setup<CalledAsFunctions.Around>().Model }, "% of what `tanh(hidden)` (Tanh) takes lies beyond ±5");
        Assert.Equal(new("hidden", SourceLineOf("around")), verdict.Findings.Where);
    }

    [Fact]
    public void A_factor_before_a_function_saturates_it() =>
        Assert.Equal(new("hidden", SourceLineOf("scaled")), Broken(CalledAsFunctions.Setup<CalledAsFunctions.Scaled>(layer => nn.init.normal_(layer.weight!, 0, 3)), "of what `sigmoid(100 · hidden + 1)` (Sigmoid) takes").Findings.Where);

    [Fact]
    public void A_bias_far_below_zero_kills_a_relu_that_is_a_function() => Assert.Equal("hidden", Broken(
        CalledAsFunctions.Setup<CalledAsFunctions.ByName>(layer => nn.init.constant_(layer.bias!, -100)), "`relu(hidden)` (ReLU) returns 0 for every example in all 20 looks").Findings.Where?.Module);

    [Fact]
    public void A_function_at_the_end_may_be_sure_of_itself() => Assert.Contains(
        "its only activation is its output, `sigmoid(30 · head)`", (CalledAsFunctions.Setup<CalledAsFunctions.Last>() with { Loss = (output, target) => nll_loss(output * 30, target) }).Judge(Check).Reason, StringComparison.Ordinal);

    [Fact]
    public void Functions_of_more_than_one_modules_output_are_named_as_not_seen()
    {
        Verdict verdict = CalledAsFunctions.Setup<CalledAsFunctions.Gate>().Judge(Check);
        Assert.Equal(Outcome.NotApplicable, verdict.Outcome);
        Assert.Contains("not seen, as it is a function of more than what one module returns: sigmoid in `Gate`", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_relu_called_as_a_function_is_judged() => SoundSetups.Classifier.MustSatisfy(Check);

    [Fact]
    public void Few_looks_tell_nothing() => Assert.Contains("at least 5 steps", SoundSetups.Autoencoder.Judge(new ActivationsAreNotSaturated(steps: 4)).Reason, StringComparison.Ordinal);

    internal static Setup Unscaled => SoundSetups.Classifier with
    {
        Model = () => Net(nn.Tanh(), _ => { }),
        Batch = () => SampleData.Blobs(32, 8, 4) is var (x, y) ? ((x * 100) + 200, y) : default,
        Evaluate = null,
    };

    private static string SourceLineOf(string mark) => SourceLine.Of("../Checks/Dynamics/Saboteurs/CalledAsFunctions.cs", mark).Split('/')[^1];

    private static TorchSharp.Modules.Sequential Net(nn.Module<Tensor, Tensor> activation, Action<TorchSharp.Modules.Linear> change)
    {
        TorchSharp.Modules.Linear hidden = nn.Linear(8, 32);
        change(hidden);
        return nn.Sequential(("hidden", hidden), (activation.GetType().Name.ToLowerInvariant(), activation), ("head", nn.Linear(32, 4)));
    }

    private static Verdict Broken(Setup setup, string evidence)
    {
        Verdict verdict = setup.Judge(Check);
        Assert.True(verdict.Outcome == Outcome.Broken && verdict.Findings.Causes[0].Evidence.Contains(evidence, StringComparison.Ordinal), verdict.ToString());
        return verdict;
    }
}

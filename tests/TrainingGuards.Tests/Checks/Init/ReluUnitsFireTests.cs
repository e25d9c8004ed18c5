using TorchSharp.Modules;
using TrainingGuards.Checks.Init;
using TrainingGuards.Tests.Checks.Init.Saboteurs;
using TrainingGuards.Tests.Checks.Wiring.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainingGuards.Tests.Checks.Init;

public sealed class ReluUnitsFireTests
{
    private static readonly ReluUnitsFire Check = new();

    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed)
    {
        Verdict verdict = SoundSetups.Of(name, seed).Judge(Check);
        verdict.MustBe(name is "Regressor" or "Recurrent" or "Autoencoder" or "FineTuned" or "LstmLanguageModel" ? Outcome.NotApplicable : Outcome.Holds);
        if (verdict.Outcome == Outcome.Holds) Assert.Equal(new Cost(1, 1, 0), verdict.Cost);
    }

    [Fact]
    public void A_large_negative_bias_is_found_by_taking_it_away()
    {
        Verdict verdict = Broken(LowBias.Setup, "24 of 32 units of `hidden` never fire: biases of −30 on average hold them below 0; with biases of 0 it is 0", "hidden");
        Assert.Equal(0.75, verdict.Findings.Claims[0].Worst.Value);
        Assert.StartsWith("LowBias.cs:", verdict.Findings.Where!.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_that_is_dead_as_a_whole_is_found() =>
        Broken(SoundSetups.Classifier with { Model = () => new DeadRelu(), Evaluate = null }, "32 of 32 units of `hidden` never fire: biases of −100", "hidden");

    [Fact]
    public void Layers_in_front_of_a_dead_one_are_not_blamed()
    {
        Verdict verdict = Broken(With(() =>
        {
            Linear dead = Linear(16, 16);
            init.constant_(dead.bias!, -100);
            return Sequential(Linear(8, 16), ReLU(), dead, ReLU(), Linear(16, 4));
        }), "16 of 16 units of `2` never fire", "2");
        Assert.Single(verdict.Findings.Causes);
        Assert.StartsWith("no gradient reaches `0` for a reason behind it", Assert.Single(verdict.Findings.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Negative_inputs_and_weights_above_zero_are_named() => Broken(
        With(() =>
        {
            Linear hidden = Linear(8, 32);
            init.uniform_(hidden.weight!, 0.1, 0.5);
            init.zeros_(hidden.bias!);
            return Sequential(hidden, ReLU(), Linear(32, 4));
        }) with { Batch = () => SampleData.Blobs(32, 8, 4) is var (inputs, classes) ? (-inputs.abs(), classes) : throw new InvalidOperationException() },
        "no weight of `0.weight` is below 0, and nothing that enters is above 0", "0");

    [Fact]
    public void A_dead_layer_without_biases_is_found() => Broken(
        With(() =>
        {
            Linear hidden = Linear(8, 32, hasBias: false);
            init.uniform_(hidden.weight!, 0.1, 0.5);
            return Sequential(hidden, ReLU(), Linear(32, 4));
        }) with { Batch = () => SampleData.Blobs(32, 8, 4) is var (inputs, classes) ? (-inputs.abs(), classes) : throw new InvalidOperationException() },
        "32 of 32 units of `0` never fire: no weight of `0.weight` is below 0, and nothing that enters is above 0", "0");

    [Theory]
    [InlineData(true), InlineData(false)]
    public void Layers_whose_output_is_detached_are_not_called_silent(bool biased)
    {
        Verdict verdict = With(() => new DetachedFeatures(biased)).MustSatisfy(Check);
        Assert.Equal("no gradient reaches `first` for a reason behind it: not judged", Assert.Single(verdict.Findings.Notes));
    }

    [Fact]
    public void Few_examples_are_inconclusive()
    {
        var batch = new Lazy<Batch>(() => SampleData.Blobs(32, 8, 4));
        Verdict verdict = (LowBias.Setup with { Batch = () => batch.Value }).Judge(Check);
        Assert.Equal(Outcome.Inconclusive, verdict.Outcome);
        Assert.StartsWith("it needs at least 808 different examples; Batch yields 32", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Branches_that_begin_at_zero_hold() => (SoundSetups.Classifier with { Model = () => new ZeroBranches(), Evaluate = null }).MustSatisfy(Check);

    [Fact]
    public void Without_ReLU_there_is_nothing_to_fire() => Assert.Equal(
        "neither the model's modules nor the code of their methods use ReLU",
        With(() => Sequential(Linear(8, 32), Tanh(), Linear(32, 4))).Judge(Check).Reason);

    private static Setup With(Func<nn.Module> model) => SoundSetups.Classifier with { Model = model, Evaluate = null };

    private static Verdict Broken(Setup setup, string because, string module)
    {
        Verdict verdict = setup.Judge(Check);
        verdict.MustBe(Outcome.Broken);
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(because, StringComparison.Ordinal), verdict.ToString());
        Assert.Equal(module, verdict.Findings.Where?.Module);
        return verdict;
    }
}

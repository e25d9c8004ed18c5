using TorchSharp.Modules;
using TrainingGuards.Checks.Wiring;
using TrainingGuards.Tests.Checks.Wiring.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring;

public sealed class FrozenWeightsAreNotRandomTests
{
    private static readonly FrozenWeightsAreNotRandom Check = new();

    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed)
    {
        Verdict verdict = SoundSetups.Of(name, seed).Judge(Check);
        Assert.Equal(name == nameof(SoundSetups.FineTuned) ? Outcome.Holds : Outcome.NotApplicable, verdict.Outcome);
        Assert.Equal(0, verdict.Cost.StepEquivalents);
    }

    [Theory]
    [MemberData(nameof(Sound))]
    public void A_layer_that_is_frozen_as_it_was_drawn_is_told(string name, int seed)
    {
        Setup setup = SoundSetups.Of(name, seed);
        Verdict verdict = (setup with { Model = () => Freezing(setup.Model!(), weight => weight.requires_grad) }).Judge(Check);
        verdict.MustBe(Outcome.Broken);
    }

    [Fact]
    public void A_new_layer_that_is_frozen_with_the_given_ones_is_named()
    {
        Verdict verdict = HeadFrozenToo.Setup.Judge(Check);
        Assert.Equal(Outcome.Broken, verdict.Outcome);
        Assert.StartsWith("requires_grad is false for `hidden`, and another seed gives it other numbers", verdict.Findings.Causes[0].Evidence, StringComparison.Ordinal);
        Assert.Equal("hidden.weight", verdict.Findings.Where!.Module);
        Assert.Equal(["in hidden.weight"], verdict.Findings.Claims[0].Readings.Where(reading => reading.Value != 0).Select(reading => reading.Culprit));
    }

    [Fact]
    public void Freezing_where_the_optimizer_is_built_counts_too() => Assert.Equal(Outcome.Broken, (SoundSetups.Classifier with
    {
        Optimizer = null,
        OptimizerFor = model => optim.SGD(Freezing(model, _ => true).parameters(), learningRate: 0.1),
    }).Judge(Check).Outcome);

    [Fact]
    public void Where_nothing_learns_that_is_said() => Assert.Contains("nothing of the model requires a gradient", (SoundSetups.Classifier with
    {
        Model = () =>
        {
            nn.Module model = SoundSetups.Classifier.Model!();
            foreach (Parameter parameter in model.parameters()) parameter.requires_grad = false;
            return model;
        },
        Optimizer = null,
        Loss = SoundSetups.Classifier.Loss,
    }).Judge(Check).Findings.Causes[0].Evidence, StringComparison.Ordinal);

    [Fact]
    public void What_is_declared_as_random_may_be() => HeadFrozenToo.Setup.MustSatisfy(new FrozenWeightsAreNotRandom(random: "hidden"));

    [Fact]
    public void A_path_that_is_not_there_is_refused() =>
        Assert.Contains("`projection`", Assert.Throws<SetupException>(() => HeadFrozenToo.Setup.Judge(new FrozenWeightsAreNotRandom(random: "projection"))).Message, StringComparison.Ordinal);

    /// <summary>A teacher begins as its student and follows it: what it begins with is no matter of chance.</summary>
    [Fact]
    public void A_copy_of_what_learns_is_not_judged()
    {
        Setup copied = SoundSetups.Classifier with { Model = () => new Distilled(copied: true), Evaluate = null };
        Assert.Equal(Outcome.NotApplicable, copied.Judge(Check).Outcome);
        Assert.Equal(Outcome.Broken, (copied with { Model = () => new Distilled() }).Judge(Check).Outcome);
    }

    [Fact]
    public void A_model_that_seeds_itself_does_not_concern_it() => Assert.Contains("a seed of the model's own", (HeadFrozenToo.Setup with
    {
        Model = () =>
        {
            manual_seed(3);
            return new HeadFrozenToo();
        },
    }).Judge(Check).Reason, StringComparison.Ordinal);

    private static nn.Module Freezing(nn.Module model, Func<Parameter, bool> which)
    {
        foreach (Parameter parameter in model.parameters().Where(which).Where(parameter => parameter.dim() > 1).Take(1)) parameter.requires_grad = false;
        return model;
    }
}

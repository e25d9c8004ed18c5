using TrainingGuards.Tests.Models;
using Xunit.Abstractions;

namespace TrainingGuards.Tests;

/// <summary>What the ready-made recipes have beyond preflight, on sound programs of each kind: nothing is said against them.</summary>
public sealed class FitTests(ITestOutputHelper output)
{
    private static readonly Dictionary<string, (Func<int, Setup> Setup, Recipe Recipe)> Programs = new()
    {
        ["Classifier"] = (seed => SoundExamples.Classifier(seed), Recipe.Classifier(classes: 4)),
        ["Images"] = (seed => SoundExamples.Images(seed), Recipe.Classifier(classes: 4)),
        ["ResidualNet"] = (seed => SoundSetups.Of("ResidualNet", seed), Recipe.Classifier(classes: 4)),
        ["Regressor"] = (seed => SoundExamples.Regressor(seed), Recipe.Regressor()),
        ["Autoencoder"] = (seed => SoundSetups.Of("Autoencoder", seed), Recipe.Autoencoder()),
        ["LstmLanguageModel"] = (seed => SoundSetups.Of("LstmLanguageModel", seed), Recipe.LanguageModel(vocabulary: 12)),
    };

    // Each check holds on every sound setup by itself; here it is the recipes that are tried.
    public static TheoryData<string, int> Seeds => new()
    {
        { "Classifier", 0 }, { "Classifier", 1 }, { "Images", 0 }, { "ResidualNet", 1 }, { "Regressor", 0 }, { "Regressor", 1 }, { "Autoencoder", 0 }, { "LstmLanguageModel", 1 },
    };

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Nothing_is_said_against_a_sound_program(string name, int seed)
    {
        (Func<int, Setup> setup, Recipe recipe) = Programs[name];
        Holds(setup(seed) with { Seed = seed }, recipe.Only(Suite.Fit, Suite.Deep));
    }

    /// <summary>What hooks of checks make within it is disposed of with the rest, unless they take it out.</summary>
    [Fact]
    public void A_forward_may_have_a_dispose_scope_of_its_own() => Holds(
        SoundExamples.Split(SoundSetups.ConvNet with { Model = () => new Scoped() }, SampleData.Held(() => SampleData.Quarters(480)), 24), Recipe.Classifier(classes: 4));

    private void Holds(Setup setup, Recipe recipe)
    {
        RecipeVerdict verdict = setup.Judge(recipe);
        foreach (Verdict one in verdict) output.WriteLine($"{one.Check.Name,-32} {one.Outcome,-14} {one.Cost.StepEquivalents,6:0.0} {one.Cost}");
        Assert.True(verdict.Failures.Count == 0, verdict.ToString());
    }
}

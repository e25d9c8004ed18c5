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

    public static TheoryData<string, int> TwoSeeds
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (string name in Programs.Keys)
                for (int seed = 0; seed < 2; seed++) cases.Add(name, seed);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(TwoSeeds))]
    public void Nothing_is_said_against_a_sound_program(string name, int seed)
    {
        (Func<int, Setup> setup, Recipe recipe) = Programs[name];
        RecipeVerdict verdict = (setup(seed) with { Seed = seed }).Judge(recipe.Only(Suite.Fit, Suite.Deep));
        foreach (Verdict one in verdict) output.WriteLine($"{one.Check.Name,-32} {one.Outcome,-14} {one.Cost.StepEquivalents,6:0.0} {one.Cost}");
        Assert.True(verdict.Failures.Count == 0, verdict.ToString());
    }
}

using TrainingGuards.Checks.Wiring;
using TrainingGuards.Tests.Checks.Wiring.Saboteurs;
using TrainingGuards.Tests.Models;
using Xunit.Abstractions;

namespace TrainingGuards.Tests;

/// <summary>The ready-made recipes on sound programs of each kind: nothing is said against them, at the cost that is promised.</summary>
public sealed class PreflightTests(ITestOutputHelper output)
{
    // Stated by the pages: what a person waits for at each change.
    private const double StepEquivalents = 60;

    private static readonly Dictionary<string, Recipe> Recipes = new()
    {
        [nameof(SoundSetups.Classifier)] = Recipe.Classifier(classes: 4),
        [nameof(SoundSetups.ConvNet)] = Recipe.Classifier(classes: 4),
        [nameof(SoundSetups.ResidualNet)] = Recipe.Classifier(classes: 4),
        [nameof(SoundSetups.FineTuned)] = Recipe.Classifier(classes: 4),
        [nameof(SoundSetups.Recurrent)] = Recipe.Classifier(classes: 3),
        [nameof(SoundSetups.Regressor)] = Recipe.Regressor(),
        [nameof(SoundSetups.Autoencoder)] = Recipe.Autoencoder(),
        [nameof(SoundSetups.CausalTransformer)] = Recipe.LanguageModel(vocabulary: 12),
        [nameof(SoundSetups.LstmLanguageModel)] = Recipe.LanguageModel(vocabulary: 12),
    };

    public static TheoryData<string, int> EverySeed => Seeds.Of(Recipes.Keys);

    [Theory]
    [MemberData(nameof(EverySeed))]
    public void Nothing_is_said_against_a_sound_program(string name, int seed)
    {
        RecipeVerdict verdict = SoundSetups.Of(name, seed).Judge(Recipes[name].Only(Suite.Preflight));
        output.WriteLine(verdict.ToString());
        foreach (Verdict one in verdict) output.WriteLine($"{one.Check.Name,-32} {one.Outcome,-14} {one.Cost.StepEquivalents,6:0.0} {one.Cost}");
        Assert.True(verdict.Failures.Count == 0, verdict.ToString());
        Assert.InRange(verdict.Cost.StepEquivalents, 1, StepEquivalents);
    }

    [Fact]
    public void A_classifier_of_padded_sequences_is_asked_whether_it_ignores_padding()
    {
        for (int seed = 0; seed < 10; seed++)
        {
            RecipeVerdict sound = (Padded.Setup(() => new AttendsToTokens()) with { Seed = seed }).Judge(Recipe.Classifier(classes: 3).Only(Suite.Preflight));
            Assert.Equal(Outcome.Holds, sound.Single(one => one.Check.Name == nameof(PaddingIsIgnored)).Outcome);
            Assert.InRange(sound.Cost.StepEquivalents, 1, StepEquivalents);
        }
        foreach (Recipe recipe in new[] { Recipe.Classifier(classes: 3), Recipe.Regressor() })
        {
            Verdict broken = Padded.Setup(() => new AttendsToPadding()).Judge(recipe.Only(Suite.Preflight)).Single(one => one.Check.Name == nameof(PaddingIsIgnored));
            Assert.True(broken.Outcome == Outcome.Broken, broken.ToString());
            Assert.Equal(nameof(AttendsToPadding), broken.Findings.Where!.Module);
        }
    }
}

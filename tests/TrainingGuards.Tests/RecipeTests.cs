using TrainingGuards.Checks.Wiring;
using TrainingGuards.Tests.Docs;

namespace TrainingGuards.Tests;

public sealed class RecipeTests
{
    private static readonly Recipe Two = new(new ExamplesAreIsolated(), new EvaluationIsRepeatable());

    [Fact]
    public void With_replaces_a_check_of_the_same_name_in_its_place()
    {
        Recipe changed = Two.With(new ExamplesAreIsolated(examples: 7));
        Assert.Equal(["ExamplesAreIsolated(examples: 7)", "EvaluationIsRepeatable"], changed.Select(check => check.ToString()));
    }

    [Fact]
    public void With_adds_another_check_at_the_end() =>
        Assert.Equal(["ExamplesAreIsolated", "EvaluationIsRepeatable", "EveryParameterLearns"], Two.With(new EveryParameterLearns()).Select(check => check.Name));

    [Fact]
    public void Without_keeps_the_reason_also_through_With()
    {
        Recipe changed = Two.Without<EvaluationIsRepeatable>("Monte-Carlo dropout is meant").With(new EveryParameterLearns());
        Assert.Equal(["ExamplesAreIsolated", "EveryParameterLearns"], changed.Select(check => check.Name));
        Assert.Equal("Monte-Carlo dropout is meant", changed.Excused["EvaluationIsRepeatable"]);
        Assert.Empty(Two.Excused);
        Assert.Equal(["ExamplesAreIsolated"], Two.Without("EvaluationIsRepeatable", "the same, by name").Select(check => check.Name));
    }

    [Fact]
    public void Nothing_is_excused_without_a_reason_or_without_being_there()
    {
        Assert.Throws<ArgumentException>(() => Two.Without<EvaluationIsRepeatable>(" "));
        ArgumentException thrown = Assert.Throws<ArgumentException>(() => Two.Without<EveryParameterLearns>("none"));
        Assert.Contains("The recipe has no EveryParameterLearns; it has ExamplesAreIsolated, EvaluationIsRepeatable.", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_check_of_a_ready_made_recipe_stands_in_it_once()
    {
        foreach (Recipe recipe in new[] { Recipe.Classifier(classes: 10), Recipe.Regressor(), Recipe.LanguageModel(vocabulary: 100), Recipe.Autoencoder() })
            Assert.Equal(recipe.Count, recipe.Select(check => check.Name).Distinct().Count());
        Assert.Throws<ArgumentOutOfRangeException>(() => Recipe.Classifier(classes: 1));
    }

    [Fact]
    public void Every_check_that_needs_nothing_of_the_users_own_stands_in_some_recipe()
    {
        string[] all = [.. new[] { Recipe.Classifier(classes: 10), Recipe.Regressor(), Recipe.LanguageModel(vocabulary: 100), Recipe.Autoencoder() }.SelectMany(recipe => recipe).Select(check => check.Name)];
        Assert.Equal(["AugmentationKeepsLabels", "CapacityHelps", "TrainingResumes", "VectorizedMatchesLoop"], AllChecks.All.Select(check => check.Name).Except(all));
    }

    [Fact]
    public void The_monitor_watches_every_check_of_dynamics() => Assert.Equal(
        AllChecks.All.OfType<DynamicsCheck>().Select(check => check.Name), Recipe.Dynamics.Select(check => check.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Only_keeps_the_suites_that_are_named()
    {
        Recipe whole = Recipe.Classifier(classes: 10);
        Assert.Equal(whole.Count, whole.Only(Suite.Preflight).Count + whole.Only(Suite.Fit, Suite.Deep).Count);
        Assert.All(whole.Only(Suite.Fit, Suite.Deep), check => Assert.NotEqual(Suite.Preflight, check.Suite));
    }
}

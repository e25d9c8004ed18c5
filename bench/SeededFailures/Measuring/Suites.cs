using SeededFailures.Sources;
using TrainingGuards;
using TrainingGuards.Checks.Dynamics;
using TrainingGuards.Checks.Evaluation;
using TrainingGuards.Checks.Fit;

namespace SeededFailures.Measuring;

/// <summary>What a program is held to: Preflight and Fit of its kind's recipe.</summary>
/// <remarks>What the recipe does not hold yet is added here; a check that it holds already is taken as it is there.</remarks>
internal static class Suites
{
    public static Recipe Of(TrainingProgram program) => Whole(program.Recipe, program.Epochs);

    public static Recipe Whole(Recipe recipe, int epochs)
    {
        Check[] wanted =
        [
            new StepsAreAccountedFor(), new LearningRateLastsThrough(epochs), new CheckpointRoundTrips(), new EvaluationCoversEverything(),
            new InputMatters(), new TrainingLossFalls(), new LearningRateIsInRange(), new TrainEvalGap(),
            new StaysFinite(), new UpdatesAreProportionate(), new GradientsNeitherVanishNorExplode(), new ActivationsAreNotSaturated(), new LossDoesNotSpike(), new ClippingIsRare(), new WeightsStayHealthy(),
        ];
        foreach (Check check in wanted.Where(check => recipe.All(own => own.Name != check.Name))) recipe = recipe.With(check);
        return new([.. recipe.Only(Suite.Preflight), .. recipe.Only(Suite.Fit)]);
    }
}

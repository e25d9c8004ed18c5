using SeededFailures.Sources;
using TrainingGuards;
using TrainingGuards.Checks.Dynamics;

namespace SeededFailures.Measuring;

/// <summary>What a program is held to: Preflight and Fit of its kind's recipe.</summary>
internal static class Suites
{
    public static Recipe Of(TrainingProgram program) => Whole(program.Recipe, program.Epochs);

    public static Recipe Whole(Recipe recipe, int epochs) => recipe.With(new LearningRateLastsThrough(epochs)).Only(Suite.Preflight, Suite.Fit);
}

using SeededFailures.Sources;
using TrainingGuards;

namespace SeededFailures.Measuring;

/// <summary>What a program is held to: Preflight and Fit of its kind's recipe.</summary>
internal static class Suites
{
    public static Recipe Of(TrainingProgram program) => Of(program.Recipe);

    public static Recipe Of(Recipe recipe) => recipe.Only(Suite.Preflight, Suite.Fit);
}

using Xunit;

namespace TrainingGuards.Xunit;

/// <summary>The checks of a recipe as the data of a theory: a test case each.</summary>
public sealed class Cases : TheoryData<Check>
{
    private Cases(IEnumerable<Check> checks)
    {
        foreach (Check check in checks) Add(check);
    }

    /// <summary>A test case for each check of the recipe; those that are excused are among them, and skipped with their reason.</summary>
    public static Cases Of(Recipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return new(recipe.Concat(recipe.ExcusedChecks));
    }
}

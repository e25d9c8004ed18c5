namespace TrainingGuards.Tests.Models;

/// <summary>Asserts what became of a check, and shows the whole verdict where it is another.</summary>
internal static class ExpectedOutcome
{
    /// <summary>The outcome is one of some.</summary>
    public static Verdict MustBe(this Verdict verdict, params Outcome[] outcomes)
    {
        Assert.True(outcomes.Contains(verdict.Outcome), verdict.ToString());
        return verdict;
    }
}

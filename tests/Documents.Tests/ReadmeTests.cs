namespace TrainingGuards.Documents.Tests;

public sealed class ReadmeTests
{
    [Fact]
    public void It_counts_rules_and_checks_right()
    {
        string readme = Pages.Text("README.md");
        Assert.Contains($"{Guards.Rules.Count} Roslyn rules", readme, StringComparison.Ordinal);
        Assert.Contains($"{Guards.Checks.Count} checks run", readme, StringComparison.Ordinal);
    }
}

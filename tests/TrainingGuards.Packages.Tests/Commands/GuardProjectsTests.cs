namespace TrainingGuards.Packages.Tests.Commands;

/// <summary>What a stranger gets: the README's test runs, the template's projects are green as they are, the rules speak.</summary>
[Collection(nameof(Readers))]
public sealed class GuardProjectsTests(GuardProjects projects)
{
    public static TheoryData<string> Templates => [.. GuardProjects.Templates];

    [Fact]
    public void The_test_of_the_readme_runs() => MustBeGreen("Readme.DigitGuards.Holds");

    [Theory]
    [MemberData(nameof(Templates))]
    public void A_project_of_the_template_is_green_as_it_is(string name)
    {
        MustBeGreen($"{name}.RecipeGuards.Holds");
        Assert.Equal(Versions.Of("TorchSharp-cpu"), projects.VersionIn(name, "TorchSharp"));
    }

    [Fact]
    public void The_template_adds_its_project_to_the_solution() => Assert.All(GuardProjects.Templates, name => Assert.Contains($"{name}/{name}.csproj", projects.Solution, StringComparison.Ordinal));

    /// <summary>Who installs an adapter gets the rules, and so does who installs them alone.</summary>
    [Fact]
    public void The_rules_speak() => Assert.Equal(["Flawed.cs:11 warning TG1001", "FlawedToo.cs:11 warning TG1001"], Consumer.Findings(projects.Build));

#if MANAGED_TORCH
    [Fact]
    public void Who_installs_nothing_else_gets_the_oldest_TorchSharp() => Assert.Equal(Versions.OldestTorchSharp, projects.VersionIn("Readme", "TorchSharp"));
#endif

    private void MustBeGreen(string test)
    {
        ILookup<string, string> outcomes = projects.Results.Where(result => result.Name.StartsWith(test, StringComparison.Ordinal)).ToLookup(result => result.Outcome, result => result.Name, StringComparer.Ordinal);
        Assert.True(!outcomes["Failed"].Any() && outcomes["Passed"].Count() >= 15, $"{outcomes["Passed"].Count()} of {test} passed, of at least 15; {outcomes["Failed"].Count()} failed.\n{projects.Tests.Output}");
        Assert.Contains(outcomes["Passed"], name => name.Contains("OneBatchOverfits", StringComparison.Ordinal));
    }
}

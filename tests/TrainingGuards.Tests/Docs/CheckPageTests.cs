namespace TrainingGuards.Tests.Docs;

public sealed class CheckPageTests
{
    public static TheoryData<string> Names => AllChecks.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void The_header_and_the_failure_are_what_the_check_says(string name) =>
        Repository.MustBe(CheckPage.Of(AllChecks.Named(name)).Address, CheckPage.Expected(AllChecks.Named(name)));

    [Theory]
    [MemberData(nameof(Names))]
    public void The_sections_stand_in_their_order(string name) =>
        Assert.Equal(CheckPage.Sections, CheckPage.Of(AllChecks.Named(name)).Headings.Where(CheckPage.Sections.Contains));

    [Theory]
    [MemberData(nameof(Names))]
    public void The_page_shows_how_the_check_is_used(string name) =>
        Assert.Contains(CheckPage.Of(AllChecks.Named(name)).Code("Use"), code => code.Contains($"MustSatisfy(new {name}(", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void Something_is_said_in_every_section(string name)
    {
        Page page = CheckPage.Of(AllChecks.Named(name));
        foreach (string section in CheckPage.Sections) Assert.True(page.Section(section).Trim().Length > section.Length + 3, $"{page.Address}: {section} is empty.");
    }

    [Fact]
    public void The_index_lists_every_check()
    {
        string table = string.Concat(AllChecks.All
            .OrderBy(AllChecks.Section, StringComparer.Ordinal).ThenBy(check => check.Name, StringComparer.Ordinal)
            .Select(check => $"| {AllChecks.Section(check)} | [{check.Name}]({check.Name}.md) | {check.Claim} |\n"));
        Repository.MustBe("docs/checks/README.md", """
            # The checks

            Made as you test, on your own model, loss, optimizer and data. Each says in one sentence what is true of a sound setup, measures it, and
            names the likely cause and the place where it is not; each page ends with what the check cannot see.

            | section | check | what holds |
            | --- | --- | --- |

            """.ReplaceLineEndings("\n") + table);
    }

    [Fact]
    public void The_readme_lists_every_check_and_shows_a_failure()
    {
        Repository.PartMustBe("README.md", "checks", "| check | what holds |\n| --- | --- |\n" + string.Concat(AllChecks.All
            .Select(check => $"| [{check.Name}](docs/checks/{check.Name}.md) | {check.Claim} |\n")));
        Repository.PartMustBe("README.md", "failure", $"```\n{PlantedFailures.Message(AllChecks.Named("ExamplesAreIsolated"))}\n```\n");
    }
}

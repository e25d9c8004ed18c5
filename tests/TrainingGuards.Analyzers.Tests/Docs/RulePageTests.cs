using Microsoft.CodeAnalysis;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Docs;

public sealed class RulePageTests
{
    public static TheoryData<string> Names => [.. Rules.All.Select(Rules.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_header_follows_from_the_descriptor(string rule) => Repository.MustBe(RulePage.Of(rule).Address, RulePage.Of(rule).Expected);

    [Theory]
    [MemberData(nameof(Names))]
    public void The_sections_stand_in_their_order(string rule) => Assert.Equal(
        RulePage.Sections.Where(section => section != "Fixed" || Rules.FixOf(Rules.Named(rule)) is not null),
        RulePage.Of(rule).Headings);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Flagged_gives_exactly_the_marked_lines(string rule)
    {
        IReadOnlyList<string> blocks = RulePage.Of(rule).Code("Flagged");
        Assert.NotEmpty(blocks);
        foreach (string block in blocks)
        {
            Compilation compilation = await Snippet.Compile(Snippet.Project([RulePage.Unmarked(block)]));
            IReadOnlyList<Diagnostic> found = await Snippet.Analyze(compilation, Rules.Named(rule));
            Assert.NotEmpty(RulePage.Marks(block));
            Assert.Equal(RulePage.Marks(block), found.Select(diagnostic => (diagnostic.Location.GetLineSpan().StartLinePosition.Line, diagnostic.Id)));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_fix_turns_Flagged_into_Fixed(string rule)
    {
        if (Rules.FixOf(Rules.Named(rule)) is not { } fix)
        {
            return;
        }
        IReadOnlyList<string> flagged = RulePage.Of(rule).Code("Flagged"), cured = RulePage.Of(rule).Code("Fixed");
        Assert.Equal(flagged.Count, cured.Count);
        for (int i = 0; i < flagged.Count; i++)
        {
            Project project = await Fixing.OneByOne(Snippet.Project([RulePage.Unmarked(flagged[i])]), Rules.Named(rule), fix);
            Assert.Equal(cured[i], (await project.Documents.First().GetTextAsync()).ToString(), ignoreLineEndingDifferences: true);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task What_is_right_is_silent_under_every_warning(string rule)
    {
        TorchAnalyzer[] warnings = [.. Rules.All.Where(other =>
            Rules.Descriptor(other) is { IsEnabledByDefault: true, DefaultSeverity: DiagnosticSeverity.Warning } || Rules.Name(other) == rule)];
        IReadOnlyList<string> right = RulePage.Of(rule).Code("When it is right");
        Assert.NotEmpty(right);
        foreach (string block in right.Concat(RulePage.Of(rule).Code("Fixed")))
        {
            Assert.Empty(await Snippet.Analyze(await Snippet.Compile(Snippet.Project([block])), warnings));
        }
    }

    [Fact]
    public void The_index_lists_every_rule()
    {
        string table = string.Concat(Rules.All.Select(rule =>
        {
            DiagnosticDescriptor descriptor = Rules.Descriptor(rule);
            return $"| {descriptor.Id} | [{Rules.Name(rule)}]({Rules.Name(rule)}.md) | {RulePage.Severity(descriptor)} | "
                + $"{(Rules.FixOf(rule) is null ? "" : "yes")} | {descriptor.Title} |\n";
        }));
        Repository.MustBe("docs/rules/README.md", $"""
            # The rules

            Found as you type, by Roslyn analyzers, in code that uses TorchSharp. A rule speaks only of what is certain from the code that it sees;
            each page ends with what the rule cannot see, and names the check that can.

            | id | rule | severity | fix | what it finds |
            | --- | --- | --- | --- | --- |

            """.ReplaceLineEndings("\n") + table);
    }

    [Fact]
    public void The_readme_lists_every_rule() => Repository.PartMustBe("README.md", "rules", "| id | rule | fix | what it finds |\n| --- | --- | --- | --- |\n" + string.Concat(Rules.All
        .Select(rule => $"| {Rules.Descriptor(rule).Id} | [{Rules.Name(rule)}](docs/rules/{Rules.Name(rule)}.md) | {(Rules.FixOf(rule) is null ? "" : "yes")} | {Rules.Descriptor(rule).Title} |\n")));
}

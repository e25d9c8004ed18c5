using System.Reflection;
using Microsoft.CodeAnalysis;
using TrainingGuards.Analyzers.Tests.Verification;
using TrainingGuards.CodeFixes;

namespace TrainingGuards.Analyzers.Tests;

/// <summary>The law of one name: a rule's file, tests, page and fix are found by its name, and there are no others.</summary>
public sealed class OneNameTests
{
    public static TheoryData<string> Names => [.. Rules.All.Select(Rules.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_rule_is_its_file_its_tests_its_page_and_its_fix(string rule)
    {
        string family = Rule.Family(Rules.Descriptor(Rules.Named(rule)).Id);
        Exists($"analyzers/TrainingGuards.Analyzers/{family}/{rule}.cs");
        Exists($"tests/TrainingGuards.Analyzers.Tests/{family}/{rule}Tests.cs");
        Exists($"docs/rules/{rule}.md");
        if (Rules.FixOf(Rules.Named(rule)) is not null)
        {
            Exists($"analyzers/TrainingGuards.CodeFixes/{family}/{rule}Fix.cs");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_rule_has_the_id_that_its_name_has(string rule)
    {
        DiagnosticDescriptor descriptor = Rules.Descriptor(Rules.Named(rule));
        Assert.Equal(typeof(RuleIds).GetField(rule)?.GetRawConstantValue(), descriptor.Id);
        Assert.EndsWith($"/docs/rules/{rule}.md", descriptor.HelpLinkUri, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_message_says_what_is_wrong_and_then_what_to_do(string rule)
    {
        DiagnosticDescriptor descriptor = Rules.Descriptor(Rules.Named(rule));
        string message = descriptor.MessageFormat.ToString();
        Assert.EndsWith(".", message, StringComparison.Ordinal);
        Assert.Equal(2, message.Split(". ").Length);
        Assert.DoesNotMatch("[.]$", descriptor.Title.ToString());
        Assert.EndsWith(".", descriptor.Description.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void There_is_no_id_without_a_rule() => Assert.Equal(
        typeof(RuleIds).GetFields(BindingFlags.Public | BindingFlags.Static).Select(id => id.Name).Order(StringComparer.Ordinal),
        Rules.All.Select(Rules.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void There_is_no_fix_without_a_rule() => Assert.Equal(
        typeof(RuleFix).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(RuleFix)) && !type.IsAbstract).Select(type => type.Name).Order(StringComparer.Ordinal),
        Rules.All.Select(Rules.FixOf).OfType<RuleFix>().Select(fix => fix.GetType().Name).Order(StringComparer.Ordinal));

    [Fact]
    public void There_is_no_page_without_a_rule() => Assert.Equal(
        Directory.GetFiles(Repository.PathOf("docs/rules")).Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal),
        Rules.All.Select(Rules.Name).Append("README").Order(StringComparer.Ordinal));

    [Fact]
    public void The_analyzer_releases_list_every_rule()
    {
        const string folder = "analyzers/TrainingGuards.Analyzers";
        string shipped = File.ReadAllText(Repository.PathOf($"{folder}/AnalyzerReleases.Shipped.md"));
        Repository.MustBe($"{folder}/AnalyzerReleases.Unshipped.md", """
            ### New Rules

            Rule ID | Category | Severity | Notes
            --------|----------|----------|------

            """.ReplaceLineEndings("\n") + string.Concat(Rules.All
                .Select(rule => (Name: Rules.Name(rule), Descriptor: Rules.Descriptor(rule)))
                .Where(rule => !shipped.Contains(rule.Descriptor.Id, StringComparison.Ordinal))
                .Select(rule => $"{rule.Descriptor.Id} | {rule.Descriptor.Category} | "
                    + $"{(rule.Descriptor.IsEnabledByDefault ? rule.Descriptor.DefaultSeverity.ToString() : "Disabled")} | {rule.Name}\n")));
    }

    private static void Exists(string path) => Assert.True(File.Exists(Repository.PathOf(path)), $"{path} does not exist.");
}

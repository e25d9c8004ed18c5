using System.Text.RegularExpressions;

namespace TrainingGuards.Documents.Tests;

/// <summary>docs/recipe.md: each line of advice names what guards it, each name is a link to its page, and nothing is left out.</summary>
public sealed partial class RecipePageTests
{
    private const string Page = "docs/recipe.md";

    [Fact]
    public void Each_name_of_a_rule_or_check_is_a_link_to_its_page() => Repository.MustBe(Page, Linked(Pages.Text(Page)));

    [Fact]
    public void Each_name_is_that_of_a_rule_or_a_check()
    {
        IEnumerable<string> names = Name().Matches(Bare(Pages.Text(Page))).Select(match => match.Value);
        Assert.DoesNotContain(names, name => !Guards.Rules.ContainsKey(name) && !Guards.Checks.ContainsKey(name));
    }

    [Fact]
    public void No_rule_and_no_check_is_left_out()
    {
        var named = Name().Matches(Bare(Pages.Text(Page))).Select(match => match.Value).ToHashSet(StringComparer.Ordinal);
        Assert.Equal([], Guards.Rules.Keys.Concat(Guards.Checks.Keys).Where(name => !named.Contains(name)));
    }

    [Fact]
    public void No_line_of_advice_goes_without_a_guard() =>
        Assert.DoesNotContain(Pages.Text(Page).Split('\n'), line => line.StartsWith('|') && line.TrimEnd('|', ' ').Count(letter => letter == '|') < 2);

    private static string Linked(string text) => Name().Replace(Bare(text), match =>
        Guards.Rules.TryGetValue(match.Value, out string? rule) ? $"[{match.Value}]({rule["docs/".Length..]})"
        : Guards.Checks.TryGetValue(match.Value, out string? check) ? $"[{match.Value}]({check["docs/".Length..]})"
        : match.Value);

    private static string Bare(string text) => NamedLink().Replace(text, "${name}");

    // A rule by its id; a check by its name, two words or more in one.
    [GeneratedRegex(@"(?<![\w/`])(TG\d{4}|[A-Z][a-z]+([A-Z][a-z]+)+)(?![\w.`(])", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();

    [GeneratedRegex(@"\[(?<name>\w+)\]\((rules|checks)/\w+\.md\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NamedLink();
}

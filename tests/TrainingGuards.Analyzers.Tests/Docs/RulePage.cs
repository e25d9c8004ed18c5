using System.Text.RegularExpressions;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Docs;

/// <summary>A rule's page: a generated header, and sections whose code blocks are tests.</summary>
internal sealed partial class RulePage
{
    private readonly string _name;
    private readonly Page _page;

    private RulePage(string name)
    {
        _name = name;
        _page = new Page($"docs/rules/{name}.md");
    }

    public static IReadOnlyList<string> Sections { get; } = ["Why it is silent", "Flagged", "Fixed", "When it is right", "What it cannot see"];

    public string Address => _page.Address;

    /// <summary>The page as it must be: the header that follows from the descriptor, and what stands below it.</summary>
    public string Expected
    {
        get
        {
            TorchAnalyzer rule = Rules.Named(_name);
            var descriptor = Rules.Descriptor(rule);
            string header = $"""
                # {descriptor.Id} {_name}

                {descriptor.Title}.

                | id | family | severity | fix |
                | --- | --- | --- | --- |
                | {descriptor.Id} | {Rule.Family(descriptor.Id)} | {Severity(descriptor)} | {(Rules.FixOf(rule) is null ? "no" : "yes")} |

                """;
            return _page.With(header, Sections.Where(section => Rules.FixOf(rule) is not null || section != "Fixed"));
        }
    }

    public IReadOnlyList<string> Headings => _page.Headings;

    public static RulePage Of(string name) => new(name);

    public static string Severity(Microsoft.CodeAnalysis.DiagnosticDescriptor descriptor) =>
        descriptor.IsEnabledByDefault ? descriptor.DefaultSeverity.ToString() : $"{descriptor.DefaultSeverity}, strict only";

    /// <summary>The code blocks of a section, in order.</summary>
    public IReadOnlyList<string> Code(string section) => _page.Code(section);

    /// <summary>The lines of a block that are marked with an id, by their number from 0.</summary>
    public static IReadOnlyList<(int Line, string Id)> Marks(string code) =>
        [.. code.Split('\n').SelectMany((line, i) => Mark().Match(line) is { Success: true } mark ? [(i, mark.Groups["id"].Value)] : Array.Empty<(int, string)>())];

    /// <summary>A block as a user would have written it, without marks.</summary>
    public static string Unmarked(string code) => Mark().Replace(code, "");

    [GeneratedRegex(" *// (?<id>TG[0-9]{4})$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Mark();
}

using System.Text.RegularExpressions;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Docs;

/// <summary>A rule's page: a generated header, and sections whose code blocks are tests.</summary>
internal sealed partial class RulePage
{
    private const string End = "<!-- end of the generated header -->\n";

    private readonly string _name;

    private RulePage(string name)
    {
        _name = name;
        string path = Repository.PathOf(Address);
        Text = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
    }

    public static IReadOnlyList<string> Sections { get; } = ["Why it is silent", "Flagged", "Fixed", "When it is right", "What it cannot see"];

    public string Address => $"docs/rules/{_name}.md";

    public string Text { get; }

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

                """.ReplaceLineEndings("\n");
            int end = Text.IndexOf(End, StringComparison.Ordinal);
            return header + "\n" + End + (end >= 0 ? Text[(end + End.Length)..] : Blank(Rules.FixOf(rule) is not null));
        }
    }

    public IReadOnlyList<string> Headings => [.. Heading().Matches(Text).Select(match => match.Groups["title"].Value)];

    public static RulePage Of(string name) => new(name);

    public static string Severity(Microsoft.CodeAnalysis.DiagnosticDescriptor descriptor) =>
        descriptor.IsEnabledByDefault ? descriptor.DefaultSeverity.ToString() : $"{descriptor.DefaultSeverity}, strict only";

    /// <summary>The code blocks of a section, in order.</summary>
    public IReadOnlyList<string> Code(string section)
    {
        int start = Text.IndexOf($"\n## {section}\n", StringComparison.Ordinal);
        if (start < 0)
        {
            return [];
        }
        int next = Text.IndexOf("\n## ", start + 1, StringComparison.Ordinal);
        return [.. Block().Matches(next < 0 ? Text[start..] : Text[start..next]).Select(match => match.Groups["code"].Value)];
    }

    /// <summary>The lines of a block that are marked with an id, by their number from 0.</summary>
    public static IReadOnlyList<(int Line, string Id)> Marks(string code) =>
        [.. code.Split('\n').SelectMany((line, i) => Mark().Match(line) is { Success: true } mark ? [(i, mark.Groups["id"].Value)] : Array.Empty<(int, string)>())];

    /// <summary>A block as a user would have written it, without marks.</summary>
    public static string Unmarked(string code) => Mark().Replace(code, "");

    private static string Blank(bool isFixable) =>
        string.Concat(Sections.Where(section => isFixable || section != "Fixed").Select(section => $"\n## {section}\n"));

    [GeneratedRegex("^## (?<title>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Heading();

    [GeneratedRegex("```csharp\n(?<code>.*?)\n```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Block();

    [GeneratedRegex(" *// (?<id>TG[0-9]{4})$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Mark();
}

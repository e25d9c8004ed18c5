using System.Text.RegularExpressions;

namespace TrainingGuards.Documents;

/// <summary>A page of the documentation: a header that is generated, and sections below it whose code blocks are tests.</summary>
internal sealed partial class Page
{
    private const string End = "<!-- end of the generated header -->\n";

    public Page(string address)
    {
        Address = address;
        string path = Repository.PathOf(address);
        Text = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
    }

    public string Address { get; }

    public string Text { get; }

    public IReadOnlyList<string> Headings => [.. Heading().Matches(Text).Select(match => match.Groups["title"].Value)];

    /// <summary>The page with this header, and with the sections that it has; with empty ones where it does not exist.</summary>
    public string With(string header, IEnumerable<string> sections)
    {
        int end = Text.IndexOf(End, StringComparison.Ordinal);
        return header.ReplaceLineEndings("\n") + "\n" + End + (end >= 0 ? Text[(end + End.Length)..] : string.Concat(sections.Select(section => $"\n## {section}\n")));
    }

    /// <summary>The code blocks of a section in a language, in order; those that name none are of "".</summary>
    public IReadOnlyList<string> Code(string section, string language = "csharp") =>
        [.. Block().Matches(Section(section)).Where(match => match.Groups["language"].Value == language).Select(match => match.Groups["code"].Value)];

    /// <summary>The text with the first block of a section that names no language replaced; a block is added where there is none.</summary>
    public static string WithBlock(string text, string section, string code)
    {
        (int start, int end) = Range(text, section);
        if (start < 0) return text;
        string own = text[start..end], block = $"```\n{code}\n```";
        Match? match = Block().Matches(own).FirstOrDefault(match => match.Groups["language"].Length == 0);
        return text[..start] + (match is not null ? own[..match.Index] + block + own[(match.Index + match.Length)..] : $"{own.TrimEnd('\n')}\n\n{block}\n{(end < text.Length ? "\n" : "")}") + text[end..];
    }

    /// <summary>A section with its heading; empty where there is none.</summary>
    public string Section(string section)
    {
        (int start, int end) = Range(Text, section);
        return start < 0 ? "" : Text[start..end];
    }

    private static (int Start, int End) Range(string text, string section)
    {
        int start = text.IndexOf($"\n## {section}\n", StringComparison.Ordinal);
        if (start < 0) return (-1, -1);
        int next = text.IndexOf("\n## ", start + 1, StringComparison.Ordinal);
        return (start + 1, next < 0 ? text.Length : next + 1);
    }

    [GeneratedRegex("^## (?<title>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Heading();

    [GeneratedRegex("^```(?<language>\\w*)\n(?<code>.*?)\n?^```$", RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Block();
}

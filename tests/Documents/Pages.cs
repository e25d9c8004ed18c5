using System.Text.RegularExpressions;

namespace TrainingGuards.Documents;

/// <summary>The pages of the repository.</summary>
internal static partial class Pages
{
    private static readonly string[] Folders = ["docs", "bench", "samples", "templates", "analyzers", "src"];

    /// <summary>The addresses of all pages from the root, those of single rules among them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. Directory.GetFiles(Repository.Root, "*.md").Concat(Folders.Select(Repository.PathOf).Where(Directory.Exists).SelectMany(folder => Directory.GetFiles(folder, "*.md", SearchOption.AllDirectories)))
            .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/')).Where(page => !page.Contains("/obj/", StringComparison.Ordinal) && !page.Contains("/bin/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    public static string Text(string page) => File.ReadAllText(Repository.PathOf(page)).ReplaceLineEndings("\n");

    /// <summary>The code blocks of a language, each with the line that it begins in, from 1.</summary>
    public static IReadOnlyList<(int Line, string Code)> Blocks(string page, string language)
    {
        string text = Text(page);
        return [.. Block().Matches(text).Where(match => match.Groups["language"].Value == language)
            .Select(match => (text[..match.Groups["code"].Index].Count(letter => letter == '\n') + 1, match.Groups["code"].Value))];
    }

    /// <summary>What the page links to: addresses, pictures among them.</summary>
    public static IEnumerable<string> Links(string page) => Link().Matches(Block().Replace(Text(page), "")).Select(match => match.Groups["address"].Value);

    [GeneratedRegex("^```(?<language>\\w*)\n(?<code>.*?)\n?^```$", RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Block();

    [GeneratedRegex(@"\]\((?<address>[^)\s]+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();
}

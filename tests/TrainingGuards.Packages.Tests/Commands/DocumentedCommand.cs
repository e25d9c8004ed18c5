using System.Text.RegularExpressions;

namespace TrainingGuards.Packages.Tests.Commands;

/// <summary>A command of dotnet that a page tells its reader to run: in a block of bash, behind a remark there, in a step of a pipeline, or in a sentence.</summary>
internal static partial class DocumentedCommand
{
    /// <summary>Every command of every page, with the pages that it stands in.</summary>
    public static IReadOnlyList<(string Command, string Pages)> All { get; } =
        [.. Pages.All.SelectMany(page => Of(page).Select(command => (command, page))).GroupBy(one => one.command, one => one.page, (command, pages) => (command, string.Join(", ", pages.Distinct()))).OrderBy(one => one.command, StringComparer.Ordinal)];

    /// <summary>The words that a shell makes of a command: quoted ones are whole, and a <c>*</c> stands for the files that there are.</summary>
    public static string[] Words(string command, string folder) => [.. Word().Matches(command).SelectMany(match => match.Groups["quoted"] is { Success: true } quoted ? [quoted.Value] : Files(match.Value, folder))];

    private static IEnumerable<string> Of(string page)
    {
        foreach (string line in Pages.Blocks(page, "bash").SelectMany(block => block.Code.Split('\n')))
        {
            string[] parts = Remark().Split(line.Trim(), 2);
            if (IsOne(parts[0])) yield return parts[0].Trim();
            if (parts.Length > 1 && parts[1].Split("then: ") is [_, var next] && IsOne(next)) yield return next.Trim();
        }
        foreach (Match step in Pages.Blocks(page, "yaml").SelectMany(block => Step().Matches(block.Code)).Where(step => IsOne(step.Groups["command"].Value))) yield return step.Groups["command"].Value;
        foreach (Match said in Said().Matches(Fence().Replace(Pages.Text(page), "")).Where(said => IsOne(said.Groups["command"].Value))) yield return said.Groups["command"].Value;
    }

    private static bool IsOne(string text) => Start().IsMatch(text);

    private static IEnumerable<string> Files(string word, string folder) => word.Contains('*', StringComparison.Ordinal)
        ? Directory.GetFiles(Path.Combine(folder, Path.GetDirectoryName(word)!), Path.GetFileName(word)).Order(StringComparer.Ordinal)
        : [word];

    [GeneratedRegex(@"^([A-Z_]+=\S+ )?dotnet [a-z]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Start();

    [GeneratedRegex(@"\s+#\s+", RegexOptions.None, 1000)]
    private static partial Regex Remark();

    [GeneratedRegex(@"- (run|script): (?<command>.+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Step();

    [GeneratedRegex("`(?<command>[^`\n]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Said();

    [GeneratedRegex("^```.*?^```$", RegexOptions.Singleline | RegexOptions.Multiline, 1000)]
    private static partial Regex Fence();

    [GeneratedRegex("[\"'](?<quoted>[^\"']*)[\"']|\\S+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Word();
}

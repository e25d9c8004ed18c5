using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace TrainingGuards.Packages.Tests;

/// <summary>There is one version, in Directory.Build.props; what else says one agrees.</summary>
public sealed partial class VersionTests
{
    private static readonly string[] OfProjects = ["Version", "VersionPrefix", "VersionSuffix"];

    [Fact]
    public void It_is_semantic_and_said_once()
    {
        Assert.Matches(@"^\d+\.\d+\.\d+(-[0-9a-z.]+)?$", Feed.Version);
        string[] said = [.. Directory.EnumerateFiles(Repository.Root, "*.*proj", SearchOption.AllDirectories).Append(Repository.PathOf("Directory.Build.props")).Append(Repository.PathOf("Directory.Build.targets"))
            .Where(path => XDocument.Load(path).Descendants().Any(element => OfProjects.Contains(element.Name.LocalName, StringComparer.Ordinal)))
            .Select(path => Path.GetRelativePath(Repository.Root, path))];
        Assert.Equal(["Directory.Build.props"], said);
    }

    /// <summary>The changelog begins with what is worked on: this version, until a day is put behind it.</summary>
    [Fact]
    public void The_changelog_begins_with_it()
    {
        Match first = Heading().Match(File.ReadAllText(Repository.PathOf("CHANGELOG.md")).ReplaceLineEndings("\n"));
        Assert.True(first.Success, "CHANGELOG.md begins with no heading such as '## 0.1.0 (unreleased)' or '## 0.1.0 (2026-12-24)'.");
        Assert.Equal(Feed.Version, first.Groups["version"].Value);
    }

    [Fact]
    public void The_template_refers_to_what_this_repository_refers_to()
    {
        const string Project = "templates/TrainingGuards.Templates/training-guards/MyProject.Guards.csproj";
        string text = File.ReadAllText(Repository.PathOf(Project)).ReplaceLineEndings("\n");
        Repository.MustBe(Project, Reference().Replace(text, match => $"{match.Groups["id"].Value}\" Version=\"{Named(match.Groups["id"].Value)}"));
    }

    private static string Named(string id) => id switch
    {
        _ when id.StartsWith("TrainingGuards", StringComparison.Ordinal) => Feed.Version,
        "xunit.v3" => Versions.Of("xunit.v3.extensibility.core"),
        _ => Versions.Of(id),
    };

    [GeneratedRegex(@"\A.*?^## (?<version>\S+) \((unreleased|\d{4}-\d\d-\d\d)\)$", RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Heading();

    [GeneratedRegex("(?<=PackageReference Include=\")(?<id>[^\"]+)\" Version=\"[^\"]*(?=\")", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Reference();
}

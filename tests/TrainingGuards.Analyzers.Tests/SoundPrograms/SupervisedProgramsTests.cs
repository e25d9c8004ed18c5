using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.SoundPrograms;

/// <summary>Sound programs of supervised learning, each a file that may hold several, parted by lines <c>// file: Name.cs</c>. No rule has anything to say of them.</summary>
public sealed partial class SupervisedProgramsTests
{
    public static TheoryData<string> Programs =>
        [.. Directory.GetFiles(Folder(), "*.cs.txt").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task No_rule_has_anything_to_say(string program)
    {
        string text = await File.ReadAllTextAsync(Path.Combine(Folder(), program));
        string[] files = [.. FileLine().Split(text).Where(file => !string.IsNullOrWhiteSpace(file))];
        Compilation compilation = await Snippet.Compile(Snippet.Project(files));
        IReadOnlyList<Diagnostic> found = await Snippet.Analyze(compilation, [.. Rules.All.Where(rule => Rules.Descriptor(rule).IsEnabledByDefault)]);
        Assert.True(found.Count == 0, $"{program}: {string.Join('\n', found)}");
    }

    private static string Folder() => Repository.PathOf("tests/TrainingGuards.Analyzers.Tests/SoundPrograms/Supervised");

    [GeneratedRegex(@"^// file: .*\r?\n", RegexOptions.Multiline, 1000)]
    private static partial Regex FileLine();
}

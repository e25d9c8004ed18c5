using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests;

/// <summary>
/// Programs as people write them, each sound: no rule that is on by default has anything to say. A file of SoundPrograms holds one, in several files where lines
/// <c>// file: Name.cs</c> part it.
/// </summary>
public sealed partial class SoundProgramsTests
{
    private static readonly TorchAnalyzer[] OnByDefault = [.. Rules.All.Where(rule => Rules.Descriptor(rule).IsEnabledByDefault)];

    public static TheoryData<string> Programs => [.. Directory.GetFiles(Folder, "*.cs.txt", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Folder, path).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    private static string Folder => Repository.PathOf("tests/TrainingGuards.Analyzers.Tests/SoundPrograms");

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task No_rule_has_anything_to_say(string program)
    {
        string text = await File.ReadAllTextAsync(Path.Combine(Folder, program));
        string[] files = [.. FileLine().Split(text).Where(file => !string.IsNullOrWhiteSpace(file))];
        Compilation compilation = await Snippet.Compile(Snippet.Project(files));
        IReadOnlyList<Diagnostic> found = await Snippet.Analyze(compilation, OnByDefault);
        Assert.True(found.Count == 0, $"{program}: {string.Join('\n', found)}");
    }

    [GeneratedRegex(@"^// file: .*\r?\n", RegexOptions.Multiline, 1000)]
    private static partial Regex FileLine();
}

using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.SoundPrograms;

/// <summary>
/// Sound programs as experienced people write them: each a file in a folder of its field, which may hold several files, parted by lines
/// <c>// file: Name.cs</c>. No rule that is on by default has anything to say of them.
/// </summary>
public sealed partial class SoundProgramsTests
{
    private static readonly string Folder = Repository.PathOf("tests/TrainingGuards.Analyzers.Tests/SoundPrograms");

    public static TheoryData<string> Programs =>
        [.. Directory.GetFiles(Folder, "*.cs.txt", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Folder, path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task No_rule_has_anything_to_say(string program)
    {
        string text = await File.ReadAllTextAsync(Path.Combine(Folder, program));
        string[] files = [.. FileLine().Split(text).Where(file => !string.IsNullOrWhiteSpace(file))];
        Compilation compilation = await Snippet.Compile(Snippet.Project(files));
        IReadOnlyList<Diagnostic> found = await Snippet.Analyze(compilation, [.. Rules.All.Where(rule => Rules.Descriptor(rule).IsEnabledByDefault)]);
        Assert.True(found.Count == 0, $"{program}: {string.Join('\n', found)}");
    }

    [GeneratedRegex(@"^// file: .*\r?\n", RegexOptions.Multiline, 1000)]
    private static partial Regex FileLine();
}

using Microsoft.CodeAnalysis;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests;

/// <summary>Programs as people write them, each sound: no rule that is on by default has anything to say.</summary>
public sealed class SoundProgramsTests
{
    private static readonly TorchAnalyzer[] OnByDefault = [.. Rules.All.Where(rule => Rules.Descriptor(rule).IsEnabledByDefault)];

    public static TheoryData<string> Programs => [.. Directory.GetFiles(Repository.PathOf("tests/TrainingGuards.Analyzers.Tests/SoundPrograms"), "*.cs", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task No_rule_has_anything_to_say(string path)
    {
        Compilation program = await Snippet.Compile(Snippet.Project([File.ReadAllText(Repository.PathOf(path))]));
        Assert.Empty(await Snippet.Analyze(program, OnByDefault));
    }
}

using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrainingGuards.Analyzers.Tests.Docs;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests;

/// <summary>Analyzers run on code as it is being typed: half a file, a statement gone. Whatever they see, they do not throw.</summary>
public sealed class RobustnessTests
{
    /// <summary>How many damaged versions of one page are tried, spread evenly over it.</summary>
    private const int Versions = 24;

    public static TheoryData<string> Names => [.. Rules.All.Select(Rules.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Damaged_code_is_survived(string rule)
    {
        RulePage page = RulePage.Of(rule);
        var damaged = page.Code("Flagged").Concat(page.Code("When it is right")).Select(RulePage.Unmarked)
            .SelectMany(code => Cut(code).Concat(WithoutOneStatement(code))).ToList();
        Assert.NotEmpty(damaged);
        for (int i = 0; i < damaged.Count; i += Math.Max(1, damaged.Count / Versions))
        {
            await Snippet.Analyze(await Snippet.Compile(Snippet.Project([damaged[i]]), mayNotCompile: true), [.. Rules.All]);
        }
    }

    private static IEnumerable<string> Cut(string code)
    {
        string[] lines = code.Split('\n');
        return Enumerable.Range(1, lines.Length - 1).Select(count => string.Join('\n', lines[..count]));
    }

    private static IEnumerable<string> WithoutOneStatement(string code) =>
        CSharpSyntaxTree.ParseText(code).GetRoot().DescendantNodes().OfType<StatementSyntax>()
            .Select(statement => code.Remove(statement.SpanStart, statement.Span.Length));
}

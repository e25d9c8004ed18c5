using Microsoft.CodeAnalysis;
using TrainingGuards.Analyzers.Tests.Docs;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests;

/// <summary>A rule sees the same program in whatever form it is written: what its page flags is flagged in each, what its page calls right is silent in each.</summary>
public sealed class ProgramFormsTests
{
    public static TheoryData<string> Names => [.. Rules.All.Select(Rules.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task What_is_flagged_is_flagged_in_every_form(string rule)
    {
        var wrong = new List<string>();
        foreach (string code in RulePage.Of(rule).Code("Flagged"))
        {
            int expected = RulePage.Marks(code).Count;
            await foreach ((string form, IReadOnlyList<string> files, int found) in InEveryForm(RulePage.Unmarked(code), rule))
            {
                if (found != expected)
                {
                    wrong.Add($"In the form of {form}, {found} of {expected} are found:\n{string.Join("\n---\n", files)}");
                }
            }
        }
        Assert.True(wrong.Count == 0, string.Join("\n\n", wrong));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task What_is_right_is_right_in_every_form(string rule)
    {
        var wrong = new List<string>();
        foreach (string code in RulePage.Of(rule).Code("When it is right").Concat(RulePage.Of(rule).Code("Fixed")))
        {
            await foreach ((string form, IReadOnlyList<string> files, int found) in InEveryForm(code, rule))
            {
                if (found != 0)
                {
                    wrong.Add($"In the form of {form}, {found} are found:\n{string.Join("\n---\n", files)}");
                }
            }
        }
        Assert.True(wrong.Count == 0, string.Join("\n\n", wrong));
    }

    private static async IAsyncEnumerable<(string Form, IReadOnlyList<string> Files, int Found)> InEveryForm(string code, string rule)
    {
        Compilation original = await Snippet.Compile(Snippet.Project([code]));
        SyntaxTree tree = original.SyntaxTrees.Single(candidate => candidate.FilePath.EndsWith("File0.cs", StringComparison.Ordinal));
        foreach ((string form, var rewrite) in ProgramForms.All)
        {
            if (rewrite(original, tree) is { } files)
            {
                Compilation rewritten = await Snippet.Compile(Snippet.Project(files));
                yield return (form, files, (await Snippet.Analyze(rewritten, Rules.Named(rule))).Count);
            }
        }
    }
}

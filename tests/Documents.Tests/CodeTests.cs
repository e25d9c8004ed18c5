namespace TrainingGuards.Documents.Tests;

public sealed class CodeTests
{
    /// <summary>Pages with C#; those of the rules compile, and are analysed, in the tests of the rules.</summary>
    public static TheoryData<string> Addresses =>
        [.. Pages.All.Where(page => !page.StartsWith("docs/rules/", StringComparison.Ordinal) && Pages.Blocks(page, "csharp").Count > 0)];

    [Theory]
    [MemberData(nameof(Addresses))]
    public void The_code_of_a_page_compiles(string page)
    {
        foreach ((int line, string code) in Pages.Blocks(page, "csharp"))
        {
            IReadOnlyList<string> errors = DocumentedCode.Errors(code);
            Assert.True(errors.Count == 0, $"{page}, line {line}:\n{code}\n{string.Join('\n', errors)}");
        }
    }
}

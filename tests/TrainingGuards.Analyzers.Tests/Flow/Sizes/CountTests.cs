using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrainingGuards.Analyzers.Flow;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Flow;

public sealed class CountTests
{
    private const string Start = """
        int epochs = args.Length;
        const int ten = 10;
        int fixedly = 10;
        var items = new List<Tensor>();

        """;

    [Theory]
    [InlineData("for (int i = 0; i < epochs; i++) Console.WriteLine([|epochs|]);", "same part")]
    [InlineData("for (int i = 0; epochs > i; i++) Console.WriteLine([|epochs / 2|]);", "part")]
    [InlineData("foreach (int i in Enumerable.Range(1, epochs)) Console.WriteLine([|0.8 * epochs|]);", "part")]
    [InlineData("int i = 0; while (i++ < epochs) Console.WriteLine([|(int)Math.Round(epochs * 0.5)|]);", "part")]
    [InlineData("for (int i = 0; i < epochs; i++) Console.WriteLine([|epochs - 5|]);", "part")]
    [InlineData("int third = epochs / 3; for (int i = 0; i < epochs; i++) Console.WriteLine([|third|]);", "part")]
    [InlineData("for (int i = 0; i < epochs; i++) Console.WriteLine([|epochs * 2|]);", "")]
    [InlineData("for (int i = 0; i < epochs; i++) Console.WriteLine([|epochs * items.Count|]);", "multiple")]
    [InlineData("int all = items.Count() * epochs; for (int i = 0; i < epochs; i++) Console.WriteLine([|all|]);", "multiple")]
    [InlineData("for (int i = 0; i < ten; i++) Console.WriteLine([|fixedly|]);", "same")]
    [InlineData("fixedly++; for (int i = 0; i < ten; i++) Console.WriteLine([|fixedly|]);", "")]
    [InlineData("Run(epochs); void Run(int n) { for (int i = 0; i < n; i++) Console.WriteLine([|epochs|]); }", "same part")]
    [InlineData("Run(epochs); Run(3); void Run(int n) { for (int i = 0; i < n; i++) Console.WriteLine([|epochs|]); }", "")]
    [InlineData("var s = new Settings { Epochs = 3 }; s.Run(new Settings()); class Settings { public int Epochs { get; set; } public void Run(Settings other) { for (int i = 0; i < Epochs; i++) Console.WriteLine([|other.Epochs|]); } }", "same part")]
    [InlineData("foreach (var item in items) Console.WriteLine([|epochs|]);", "unbounded")]
    public async Task A_count_is_compared_with_the_rounds_of_the_loop_around_it(string code, string expected)
    {
        MarkedProgram marked = await MarkedProgram.In(Start + code);
        StatementSyntax loop = Loops.Around(marked.Operation.Syntax, marked.Body.Root.Syntax).First();
        Count? rounds = Count.OfRounds(loop, marked.Body, marked.Program);
        Count count = Count.Of(marked.Operation, marked.Body, marked.Program);
        string[] found = rounds is null ? ["unbounded"]
            : [.. new[] { count.IsSame(rounds) ? "same" : "", count.IsPartOf(rounds) ? "part" : "", count.IsMultipleOf(rounds) ? "multiple" : "" }.Where(word => word.Length > 0)];
        Assert.Equal(expected, string.Join(' ', found));
    }
}

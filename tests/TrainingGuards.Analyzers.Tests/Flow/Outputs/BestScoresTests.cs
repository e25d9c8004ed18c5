using TrainingGuards.Analyzers.Flow;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Flow;

public sealed class BestScoresTests
{
    [Theory]
    [InlineData("double best = 0; [|foreach (var a in args) { double score = Score(a); if (score > best) best = score; }|]", "best")]
    [InlineData("double low = 9; [|foreach (var a in args) { double loss = Score(a); if (loss < low - 1e-4) { low = loss; Console.WriteLine(a); } }|]", "low")]
    [InlineData("double best = 0; [|foreach (var a in args) { double score = Score(a); if (best >= score) continue; best = score; }|]", "best")]
    [InlineData("double last = 0; [|foreach (var a in args) { double score = Score(a); last = score; }|]", "")]
    [InlineData("double best = 0; [|foreach (var a in args) { double score = Score(a); if (score == best) best = score; }|]", "")]
    [InlineData("double best = 0, limit = 1; [|foreach (var a in args) { double score = Score(a); if (score > limit) best = score; }|]", "")]
    public async Task A_variable_that_a_loop_keeps_the_best_in_is_found(string code, string expected)
    {
        MarkedProgram marked = await MarkedProgram.In(code + " static double Score(string any) => any.Length;");
        Assert.Equal(expected, BestScores.In(marked.Operation)?.Name ?? "");
    }
}

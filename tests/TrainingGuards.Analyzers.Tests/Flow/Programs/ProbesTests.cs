using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Flow;

public sealed class ProbesTests
{
    [Theory]
    [InlineData("[|run()|];", false)]
    [InlineData("for (int i = 0; i < 3; i++) { [|run()|]; done++; }", false)]
    [InlineData("for (int i = 0; i < 3; i++) { [|run()|]; }", true)]
    [InlineData("try { [|run()|]; } catch (Exception) { done++; }", true)]
    [InlineData("try { [|run()|]; done = 1; } catch { done = 2; }", true)]
    [InlineData("try { [|run()|]; done++; done++; } catch { }", false)]
    [InlineData("try { [|run()|]; } finally { done++; }", false)]
    [InlineData("var watch = System.Diagnostics.Stopwatch.StartNew(); [|run()|]; watch.Stop();", true)]
    [InlineData("var list = new List<int>(); list.ForEach(i => { [|run()|]; });", false)]
    [InlineData("Given(() => { [|run()|]; done++; });", true)]
    [InlineData("void Step() { [|run()|]; } Step();", false)]
    [InlineData("void Step() { [|run()|]; } Given(Step);", true)]
    [InlineData("Action step = () => { [|run()|]; }; step();", false)]
    [InlineData("Action step = () => { [|run()|]; }; Given(step);", true)]
    public async Task A_statement_may_be_run_to_see_whether_it_throws_or_how_long_it_takes(string code, bool mayBe)
    {
        MarkedProgram marked = await MarkedProgram.In("int done = 0; Action run = () => done++; void Given(Action action) => action(); " + code);
        Assert.Equal(mayBe, Probes.MayBe((IExpressionStatementOperation)marked.Operation.Parent!, marked.Body, marked.Program));
    }
}

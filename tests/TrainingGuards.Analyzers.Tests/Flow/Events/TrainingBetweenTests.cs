using TrainingGuards.Analyzers.Flow;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Flow;

public sealed class TrainingBetweenTests
{
    private const string Start = """
        var model = nn.Linear(4, 1);
        optim.Optimizer optimizer = optim.SGD(model.parameters(), 0.1);

        """;

    [Theory]
    [InlineData("[|model.eval()|]; optimizer.step(); [|model.train()|];", true)]
    [InlineData("[|model.eval()|]; [|model.train()|]; optimizer.step();", false)]
    [InlineData("optimizer.step(); [|model.eval()|]; [|model.train()|];", false)]
    [InlineData("foreach (var batch in args) { optimizer.step(); [|model.eval()|]; } [|model.train()|];", false)]
    [InlineData("foreach (var batch in args) { optimizer.step(); if (batch.Length > 1) [|model.eval()|]; } [|model.train()|];", true)]
    [InlineData("foreach (var batch in args) { [|model.eval()|]; optimizer.step(); [|model.train()|]; }", true)]
    [InlineData("foreach (var batch in args) { optimizer.step(); if (batch.Length > 1) { [|model.eval()|]; break; } } [|model.train()|];", false)]
    [InlineData("foreach (var batch in args) { optimizer.step(); Take(batch); } Read(); void Take(string batch) { if (batch.Length > 1) [|model.eval()|]; } void Read() => [|model.train()|];", true)]
    [InlineData("Take(); Update(); Read(); void Take() => [|model.eval()|]; void Update() => optimizer.step(); void Read() => [|model.train()|];", true)]
    [InlineData("Take(); Read(); Update(); void Take() => [|model.eval()|]; void Update() => optimizer.step(); void Read() => [|model.train()|];", false)]
    [InlineData("Take(); Read(); void Take() { [|model.eval()|]; optimizer.step(); } void Read() => [|model.train()|];", true)]
    public async Task Training_is_seen_where_it_may_lie_between(string code, bool expected)
    {
        MarkedProgram marked = await MarkedProgram.In(Start + code);
        var between = new TrainingBetween(marked.Operations[1].Syntax, [marked.Operations[0].Syntax], marked.Program);
        Assert.Equal(expected, between.Follows(marked.Graph.At(marked.Operations[0].Syntax, EventKind.Eval)!, marked.Graph));
    }
}

using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrainingGuards.Analyzers.Flow;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Flow;

public sealed class EnumeratedBodiesTests
{
    [Theory]
    [InlineData("[|foreach (var a in args.Select(a => a + 1)) Console.WriteLine(a);|]", "each a => a + 1")]
    [InlineData("[|foreach (var a in args.Where(a => a != \"x\").Select(a => a + 1)) Console.WriteLine(a);|]", "each a => a + 1, each a => a != \"x\"")]
    [InlineData("[|foreach (var a in Names(args)) Console.WriteLine(a);|] static IEnumerable<string> Names(string[] all) { yield return all[0]; }", "once Names")]
    [InlineData("[|foreach (var a in Names(args)) Console.WriteLine(a);|] static IEnumerable<string> Names(string[] all) => all.Select(b => b + 2);", "each b => b + 2, once Names")]
    [InlineData("var made = args.Select(a => a + 1); [|foreach (var a in made) Console.WriteLine(a);|]", "each a => a + 1")]
    [InlineData("[|foreach (var a in args) Console.WriteLine(a);|]", "")]
    [InlineData("[|foreach (var a in args.OrderBy(a => a)) Console.WriteLine(a);|]", "")]
    public async Task What_runs_as_a_loop_goes_over_its_elements_is_found(string code, string expected)
    {
        MarkedProgram marked = await MarkedProgram.In(code);
        var bodies = EnumeratedBodies.Of((CommonForEachStatementSyntax)marked.Operation.Syntax, marked.Body, marked.Program);
        Assert.Equal(expected, string.Join(", ", bodies.Each.Select(body => $"each {body.Root.Syntax.Parent}").Concat(bodies.Once.Select(body => $"once {body.Owner.Name}"))));
    }

    [Theory]
    [InlineData("foreach (var a in args) { loss().backward(); optimizer.step(); }", true)]
    [InlineData("foreach (var a in args) Step(); void Step() { loss().backward(); optimizer.step(); }", true)]
    [InlineData("foreach (var a in args) loss().backward();", false)]
    [InlineData("foreach (var a in args) Run(a == \"train\"); void Run(bool training) { var l = loss(); if (training) { l.backward(); optimizer.step(); } }", false)]
    public async Task A_loop_trains_where_nothing_but_itself_decides_that_it_does(string code, bool trains)
    {
        MarkedProgram marked = await MarkedProgram.In("var model = nn.Linear(4, 1); var optimizer = optim.SGD(model.parameters(), 0.1); Tensor loss() => model.call(rand(8, 4)).mean(); [|" + code.Insert(code.IndexOf(';', StringComparison.Ordinal) is var end && code.Contains("void", StringComparison.Ordinal) ? end + 1 : code.Length, "|]"));
        Assert.Equal(trains, EnumeratedBodies.IsTraining((CommonForEachStatementSyntax)marked.Operation.Syntax, marked.Program.Events.Of(marked.Body)!, marked.Program));
    }
}

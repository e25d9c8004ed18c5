using TrainingGuards.Analyzers.Flow;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Flow;

public sealed class GradientStatesTests
{
    private const string Start = """
        Tensor x = rand(2, 4);
        var model = nn.Linear(4, 1);
        var other = optim.SGD(nn.Linear(4, 1).parameters(), 0.1);
        var optimizer = optim.SGD(model.parameters(), 0.1);
        Tensor Loss() => model.call(x).sum();

        """;

    [Theory]
    [InlineData("[|optimizer.step()|];", "Inherited")]
    [InlineData("optimizer.zero_grad(); [|optimizer.step()|];", "Zero")]
    [InlineData("model.zero_grad(); [|optimizer.step()|];", "Zero")]
    [InlineData("Loss().backward(); [|optimizer.step()|];", "Fresh")]
    [InlineData("optimizer.step(); other.step(); [|optimizer.step()|];", "Used")]
    [InlineData("optimizer.zero_grad(); other.zero_grad(); [|optimizer.step()|];", "Zero")]
    [InlineData("Loss().backward(); other.zero_grad(); [|optimizer.step()|];", "Unknown")]
    [InlineData("while (true) { Loss().backward(); [|optimizer.step()|]; optimizer.zero_grad(); }", "Fresh")]
    [InlineData("while (true) { [|optimizer.step()|]; Loss().backward(); optimizer.zero_grad(); }", "Inherited, Zero")]
    [InlineData("optimizer.zero_grad(); if (args.Length > 0) Loss().backward(); [|optimizer.step()|];", "Zero, Fresh")]
    [InlineData("try { Loss().backward(); } finally { optimizer.zero_grad(); } [|optimizer.step()|];", "Zero")]
    [InlineData("optimizer.zero_grad(); try { Loss().backward(); } catch (InvalidOperationException) { } [|optimizer.step()|];", "Zero, Fresh")]
    [InlineData("optimizer.zero_grad(); [|optimizer.step(() => { var loss = Loss(); loss.backward(); return loss; })|];", "Fresh")]
    [InlineData("Zero(); Learn(); [|optimizer.step()|]; void Zero() => optimizer.zero_grad(); void Learn() { if (args.Length > 0) Loss().backward(); }", "Zero, Fresh")]
    [InlineData("var trainer = new Trainer(optimizer); trainer.Zero(); [|optimizer.step()|]; class Trainer(optim.Optimizer o) { readonly optim.Optimizer _o = o; public void Zero() => _o.zero_grad(); }", "Zero")]
    [InlineData("optimizer.zero_grad(); using var round = new Round(); [|optimizer.step()|]; class Round : IDisposable { public void Dispose() { } }", "Zero")]
    [InlineData("optimizer.zero_grad(); Action any = args.Length > 0 ? () => { } : () => Loss().backward(); any(); [|optimizer.step()|];", "Unknown")]
    [InlineData("optimizer.zero_grad(); foreach (var p in model.parameters()) p.grad = p; [|optimizer.step()|];", "Zero, Unknown")]
    [InlineData("Loss().backward(); optimizer = optim.SGD(model.parameters(), 0.2); [|optimizer.step()|];", "Inherited")]
    public async Task The_gradients_are_followed_along_the_control_flow(string code, string expected)
    {
        MarkedProgram marked = await MarkedProgram.In(Start + code);
        TorchEvent step = marked.Graph.At(marked.Operation.Syntax, EventKind.OptimizerStep)!;
        var states = GradientStates.Before(marked.Graph, step, step.Receiver!, marked.Program).Select(fact => fact.State).Distinct().Order();
        Assert.Equal(expected, string.Join(", ", states));
    }
}

using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Flow;

public sealed class InferenceOnlyTests
{
    private const string Training = """

        static class Training
        {
            public static void Fit(Linear model)
            {
                var optimizer = optim.SGD(model.parameters(), 0.1);
                model.call(rand(2, 4)).sum().backward();
                optimizer.step();
            }
        }
        """;

    [Theory]
    [InlineData("var net = nn.Linear(4, 1); [|net.eval()|]; net.call(rand(4));", true)]
    [InlineData("var net = nn.Linear(4, 1); [|net.eval()|]; Training.Fit(net);", false)]
    [InlineData("Training.Fit(Made()); Linear Made() => nn.Linear(4, 1); static Linear Open() { var net = nn.Linear(4, 1); [|net.eval()|]; return net; }", false)]
    [InlineData("new Answers().Open(); class Answers { Linear net = nn.Linear(4, 1); public void Open() { [|net.eval()|]; net.load(\"a\"); net.to(CPU); } public Tensor Of(Tensor x) => net.call(x); }", true)]
    [InlineData("new Answers().Open(); class Answers { Linear net = nn.Linear(4, 1); public void Open() { [|net.eval()|]; } public void Learn() => Training.Fit(net); }", false)]
    [InlineData("new Answers().Open(); class Answers { public Linear net = nn.Linear(4, 1); public void Open() { [|net.eval()|]; } }", false)]
    public async Task A_module_that_nobody_else_has_is_known_not_to_be_trained(string code, bool expected)
    {
        MarkedProgram marked = await MarkedProgram.In(code + Training);
        Receiver module = Receiver.Of(((IInvocationOperation)marked.Operation).Instance, marked.Body.Locals)!;
        Assert.Equal(expected, InferenceOnly.Is(module, marked.Body, marked.Program));
    }

    [Fact]
    public async Task A_program_that_trains_nothing_trains_no_module()
    {
        MarkedProgram marked = await MarkedProgram.In("static class Open { public static void Net(Linear net) => [|net.eval()|]; }");
        Receiver module = Receiver.Of(((IInvocationOperation)marked.Operation).Instance, marked.Body.Locals)!;
        Assert.True(InferenceOnly.Is(module, marked.Body, marked.Program));
    }
}

using TrainingGuards.Analyzers.Flow;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Flow;

public sealed class EventGraphTests
{
    private const string Start = """
        Tensor x = rand(2, 4);
        nn.Module<Tensor, Tensor> model = nn.Linear(4, 1), other = nn.Linear(4, 1);
        var optimizer = optim.SGD(model.parameters(), 0.1);

        """;

    [Fact]
    public async Task Events_stand_in_the_order_of_control_flow()
    {
        MarkedProgram marked = await MarkedProgram.In(Start + """
            var scheduler = optim.lr_scheduler.StepLR(optimizer, 1);
            for (int i = 0; i < 3; i++)
            {
                model.train();
                optimizer.zero_grad();
                using (no_grad()) model.call(x);
                [|model.forward(x)|].sum().backward();
                nn.utils.clip_grad_norm_(model.parameters(), 1);
                optimizer.step();
                scheduler.step();
                model.train(false);
            }
            """);
        Assert.Equal(
            "Train model, ZeroGrad optimizer, GradModeBegin, Forward model, Forward model, Backward, ClipGradients, OptimizerStep optimizer, "
                + "SchedulerStep scheduler, Eval model, GradModeEnd",
            string.Join(", ", marked.Graph.All.Where(step => !step.Is(EventKind.Call | EventKind.Assign | EventKind.GradModeEnd))
                .Concat(marked.Graph.Of(EventKind.GradModeEnd)).Select(step => step.ToString().Trim())));
        TorchEvent recorded = marked.Graph.At(marked.Operation.Syntax, EventKind.Forward)!;
        Assert.Equal(Answer.No, marked.Graph.AlwaysSetBefore(recorded, step => step.Is(EventKind.GradModeBegin), step => step.Is(EventKind.GradModeEnd)));
    }

    [Theory]
    [InlineData("model.eval(); [|model.call(x)|];", nameof(Answer.Yes))]
    [InlineData("[|model.call(x)|]; model.eval();", nameof(Answer.No))]
    [InlineData("model.eval(); model.train(); [|model.call(x)|];", nameof(Answer.No))]
    [InlineData("if (args.Length > 0) model.eval(); [|model.call(x)|];", nameof(Answer.Unknown))]
    [InlineData("if (args.Length > 0) model.eval(); else { model.train(); model.eval(); } [|model.call(x)|];", nameof(Answer.Yes))]
    [InlineData("if (args.Length > 0) model.eval(); else return; [|model.call(x)|];", nameof(Answer.Yes))]
    [InlineData("foreach (var a in args) model.eval(); [|model.call(x)|];", nameof(Answer.Unknown))]
    [InlineData("do model.eval(); while (args.Length > 1); [|model.call(x)|];", nameof(Answer.Yes))]
    [InlineData("while (true) { [|model.call(x)|]; model.eval(); }", nameof(Answer.Unknown))]
    [InlineData("try { model.eval(); } finally { Console.Write(1); } [|model.call(x)|];", nameof(Answer.Yes))]
    [InlineData("try { Console.Write(1); model.eval(); } catch { } [|model.call(x)|];", nameof(Answer.Unknown))]
    [InlineData("try { Console.Write(1); } finally { model.eval(); } [|model.call(x)|];", nameof(Answer.Yes))]
    [InlineData("other.eval(); [|model.call(x)|];", nameof(Answer.No))]
    [InlineData("var net = model; net.eval(); [|model.call(x)|];", nameof(Answer.Yes))]
    [InlineData("switch (args.Length) { case 0: model.eval(); break; default: throw new Exception(); } [|model.call(x)|];", nameof(Answer.Yes))]
    public async Task An_event_before_a_point_is_certain_on_every_path_or_none(string code, string expected)
    {
        MarkedProgram marked = await MarkedProgram.In(Start + code);
        TorchEvent point = marked.Graph.At(marked.Operation.Syntax, EventKind.Forward)!;
        Assert.Equal(expected, marked.Graph.AlwaysSetBefore(
            point,
            step => step.Is(EventKind.Eval) && point.Receiver!.Equals(step.Receiver),
            step => step.Is(EventKind.Train) && point.Receiver!.Equals(step.Receiver)).ToString());
    }

    [Theory]
    [InlineData("Step(); void Step() => model.call(x).sum().backward();", true)]
    [InlineData("Action step = () => optimizer.step(); step();", true)]
    [InlineData("new Loop(model).Run(x); class Loop(nn.Module<Tensor, Tensor> net) { public void Run(Tensor x) => Go(x); void Go(Tensor x) { Run(x); net.call(x).sum().backward(); } }", true)]
    [InlineData("Show(); void Show() => Console.WriteLine(model.call(x).ToString());", false)]
    [InlineData("Action step = () => optimizer.step(); Console.WriteLine(step);", false)]
    public async Task Callees_are_searched(string code, bool trains)
    {
        MarkedProgram marked = await MarkedProgram.In(Start.Replace("rand(2, 4)", "[|rand(2, 4)|]", StringComparison.Ordinal) + code);
        Assert.Equal(trains, marked.Graph.All.Any(step =>
            marked.Program.Events.Reaches(step, EventKind.Training, marked.Body.Locals) == Answer.Yes));
    }

    [Theory]
    [InlineData("foreach (var a in args) { for (int i = 0; i < 2; i++) [|model.call(x)|]; }", 2)]
    [InlineData("foreach (var row in [|model.call(x)|].shape) Console.Write(row);", 0)]
    [InlineData("for (var y = [|model.call(x)|]; args.Length > 0;) Console.Write(y);", 0)]
    [InlineData("while ([|model.call(x)|].sum().item<float>() > 0) Console.Write(1);", 1)]
    public async Task Loops_are_what_repeats_an_event(string code, int loops)
    {
        MarkedProgram marked = await MarkedProgram.In(Start + code);
        Assert.Equal(loops, marked.Graph.LoopsAround(marked.Graph.At(marked.Operation.Syntax, EventKind.Forward)!).Count());
    }
}

using TrainingGuards.Analyzers.Flow;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Flow;

public sealed class CalledEventsTests
{
    private const string Start = """
        Tensor x = rand(2, 4);
        var model = nn.Linear(4, 1);
        optim.Optimizer optimizer = optim.SGD(model.parameters(), 0.1);
        Action unknown = args.Length > 0 ? () => { } : () => optimizer.zero_grad();

        """;

    private const EventKind Protocol = EventKind.ZeroGrad | EventKind.Backward | EventKind.OptimizerStep | EventKind.Gradient;

    [Theory]
    [InlineData("optimizer.step();", "OptimizerStep optimizer")]
    [InlineData("optimizer.step(() => { optimizer.zero_grad(); var loss = model.call(x).sum(); loss.backward(); return loss; });", "ZeroGrad optimizer, Backward loss, OptimizerStep optimizer")]
    [InlineData("Func<Tensor> closure = () => { x.sum().backward(); return x; }; optimizer.step(closure);", "Backward, OptimizerStep optimizer")]
    [InlineData("Tensor Closure() { x.sum().backward(); return x; } optimizer.step(Closure);", "Backward, OptimizerStep optimizer")]
    [InlineData("Update(); void Update() { x.sum().backward(); Then(); } void Then() => optimizer.step();", "Backward, OptimizerStep optimizer")]
    [InlineData("Update(optimizer); static void Update(optim.Optimizer any) { any.zero_grad(); any.step(); }", "ZeroGrad optimizer, OptimizerStep optimizer")]
    [InlineData("new Trainer(optimizer).Update(x); class Trainer(optim.Optimizer mine) { public void Update(Tensor loss) { loss.backward(); mine.step(); } }", "Backward x, OptimizerStep optimizer")]
    [InlineData("var trainer = new Trainer(optimizer); trainer.Update(); class Trainer(optim.Optimizer o) { readonly optim.Optimizer _o = o; public void Update() => _o.step(); }", "OptimizerStep optimizer")]
    [InlineData("new Mine().Update(optimizer); class Theirs { protected void Zero(optim.Optimizer o) => o.zero_grad(); } class Mine : Theirs { public void Update(optim.Optimizer o) { Zero(o); o.step(); } }", "ZeroGrad optimizer, OptimizerStep optimizer")]
    [InlineData("using var round = new Round(optimizer); class Round(optim.Optimizer o) : IDisposable { public void Dispose() => o.zero_grad(); }", "ZeroGrad")]
    [InlineData("Repeat(() => optimizer.zero_grad()); void Repeat(Action action) { action(); action(); }", "ZeroGrad optimizer, ZeroGrad optimizer")]
    [InlineData("Array.ForEach(args, _ => optimizer.zero_grad());", "ZeroGrad optimizer")]
    [InlineData("foreach (var p in model.parameters()) p.grad?.zero_();", "Gradient p")]
    [InlineData("Action later = () => optimizer.zero_grad(); Console.WriteLine(later);", "")]
    [InlineData("Round(3); void Round(int n) { if (n > 0) Round(n - 1); optimizer.step(); }", "OptimizerStep optimizer")]
    public async Task All_that_is_set_off_is_found_under_the_names_of_the_caller(string code, string expected) =>
        Assert.Equal(expected, string.Join(", ", (await In(code)).Where(one => one.Is(Protocol)).Select(one => $"{one.Step.Kind} {one.Receiver}".Trim())));

    [Theory]
    [InlineData("Console.WriteLine(1); x.sum(); args.Select(a => a.Length).ToList();", false)]
    [InlineData("unknown();", true)]
    [InlineData("Array.ForEach(args, _ => unknown());", true)]
    [InlineData("Repeat(() => Console.Write(1)); void Repeat(Action action) => action();", false)]
    [InlineData("Repeat(unknown); void Repeat(Action action) => action();", true)]
    [InlineData("optimizer.step(args.Length > 0 ? () => x : null);", true)]
    [InlineData("new Mine().Go(); abstract class Any { public void Go() => Do(); protected abstract void Do(); } class Mine : Any { protected override void Do() { } }", true)]
    [InlineData("new Any().Do(); class Any { public virtual void Do() { } }", false)]
    [InlineData("new Any().Do(); class Any { public virtual void Do() { } } class Mine : Any { public override void Do() { } }", true)]
    [InlineData("IDo one = new Mine(); one.Do(); interface IDo { void Do(); } class Mine : IDo { public void Do() { } }", true)]
    [InlineData("new Any().Go(); class Any { event Action? Done; public void Go() => Done?.Invoke(); }", false)]
    [InlineData("dynamic any = optimizer; any.zero_grad();", true)]
    public async Task A_callee_out_of_sight_is_opaque(string code, bool isOpaque) => Assert.Equal(isOpaque, (await In(code)).Any(one => one.IsOpaque));

    private static async Task<List<CalledEvent>> In(string code)
    {
        MarkedProgram marked = await MarkedProgram.In(Start.Replace("rand(2, 4)", "[|rand(2, 4)|]", StringComparison.Ordinal) + code);
        return [.. marked.Graph.All.SelectMany(step => marked.Program.Called.Of(step, marked.Graph))];
    }
}

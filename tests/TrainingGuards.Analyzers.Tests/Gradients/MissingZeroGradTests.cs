using TrainingGuards.Analyzers.Gradients;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Gradients;

public sealed class MissingZeroGradTests
{
    private const string Start = """
        using static TorchSharp.torch.nn.functional;
        Tensor x = rand(8, 4), y = rand(8, 1);
        var model = nn.Linear(4, 1);
        var other = nn.Linear(4, 1);
        var optimizer = optim.Adam(model.parameters());
        Action work = () => { };
        Tensor Loss() => mse_loss(model.call(x), y);

        """;

    [Fact]
    public Task The_message_names_the_optimizer_and_the_backward() => Verify<MissingZeroGrad>.Flags(
        Start + "foreach (var batch in args) { var loss = Loss(); loss.backward(); [|optimizer.step()|]; }",
        "'optimizer' steps on gradients that nothing in the loop zeroes, so those of all iterations add up. "
            + "Call 'optimizer.zero_grad()' before 'loss.backward()'.");

    [Fact]
    public Task It_points_to_the_backward() => Verify<MissingZeroGrad>.Points(
        Start + "while (true) { [|optimizer.step()|]; Loss().backward(); }", "Loss().backward()");

    [Theory]
    [InlineData("optimizer.zero_grad(); for (int i = 0; i < 9; i++) { Loss().backward(); [|optimizer.step()|]; }")]
    [InlineData("for (int epoch = 0; epoch < 9; epoch++) { optimizer.zero_grad(); foreach (var batch in args) { Loss().backward(); [|optimizer.step()|]; } }")]
    [InlineData("foreach (var batch in args) { for (int k = 0; k < 4; k++) (Loss() / 4).backward(); [|optimizer.step()|]; }")]
    [InlineData("foreach (var batch in args) { try { Loss().backward(); [|optimizer.step()|]; } catch (InvalidOperationException) { continue; } finally { Console.Write(1); } }")]
    [InlineData("foreach (var batch in args) { using var scope = NewDisposeScope(); var loss = Loss(); if (loss.isnan().any().item<bool>()) continue; loss.backward(); [|optimizer.step()|]; }")]
    [InlineData("foreach (var batch in args) { Backpropagate(); [|optimizer.step()|]; } void Backpropagate() => Loss().backward();")]
    [InlineData("foreach (var batch in args) Step(); void Step() { Loss().backward(); [|optimizer.step()|]; }")]
    [InlineData("foreach (var batch in args) { Action step = () => { Loss().backward(); [|optimizer.step()|]; }; step(); }")]
    [InlineData("foreach (var batch in args) [|optimizer.step(() => { var loss = Loss(); loss.backward(); return loss; })|];")]
    [InlineData("foreach (var batch in args) { autograd.backward([Loss()]); [|optimizer.step()|]; args.ToList().ForEach(arg => Console.WriteLine(arg)); }")]
    [InlineData("var theirs = optim.SGD(other.parameters(), 0.1); foreach (var batch in args) { theirs.zero_grad(); (Loss() + other.call(x).sum()).backward(); theirs.step(); [|optimizer.step()|]; }")]
    [InlineData("foreach (var batch in args) { other.zero_grad(); Loss().backward(); [|optimizer.step()|]; }")]
    [InlineData("foreach (var batch in args) { var fresh = optim.SGD(model.parameters(), 0.1); Loss().backward(); [|fresh.step()|]; }")]
    public Task A_step_on_summed_gradients_is_flagged(string loop) => Verify<MissingZeroGrad>.Flags(Start + loop);

    [Theory]
    [InlineData("foreach (var batch in args) { optimizer.zero_grad(); Loss().backward(); optimizer.step(); }")]
    [InlineData("foreach (var batch in args) { Loss().backward(); optimizer.step(); optimizer.zero_grad(); }")]
    [InlineData("foreach (var batch in args) { model.zero_grad(); Loss().backward(); optimizer.step(); }")]
    [InlineData("foreach (var batch in args) { Zero(); Loss().backward(); optimizer.step(); } void Zero() => optimizer.zero_grad();")]
    [InlineData("foreach (var batch in args) { optimizer.zero_grad(); Step(); } void Step() { Loss().backward(); optimizer.step(); }")]
    [InlineData("foreach (var batch in args) { Action zero = () => optimizer.zero_grad(); zero(); Loss().backward(); optimizer.step(); }")]
    [InlineData("foreach (var batch in args) { args.ToList().ForEach(_ => optimizer.zero_grad()); Loss().backward(); optimizer.step(); }")]
    [InlineData("foreach (var batch in args) { try { Loss().backward(); optimizer.step(); } finally { optimizer.zero_grad(); } }")]
    [InlineData("optim.Optimizer? maybe = optimizer; foreach (var batch in args) { maybe?.zero_grad(); Loss().backward(); maybe?.step(); }")]
    [InlineData("for (int i = 0; i < 9; i++, optimizer.zero_grad()) { Loss().backward(); optimizer.step(); }")]
    [InlineData("foreach (var batch in args) { using var round = new Round(optimizer); Loss().backward(); optimizer.step(); } class Round(optim.Optimizer o) : IDisposable { public void Dispose() => o.zero_grad(); }")]
    [InlineData("dynamic any = optimizer; foreach (var batch in args) { any.zero_grad(); Loss().backward(); optimizer.step(); }")]
    public Task A_zeroed_gradient_is_silent(string loop) => Verify<MissingZeroGrad>.Silent(Start + loop);

    [Theory]
    [InlineData("int i = 0; foreach (var batch in args) { Loss().backward(); if (++i % 4 == 0) { optimizer.step(); optimizer.zero_grad(); } }")]
    [InlineData("for (int e = 0; e < 9; e++) { optimizer.zero_grad(); int i = 0; foreach (var batch in args) { Loss().backward(); if (++i == args.Length) optimizer.step(); } }")]
    [InlineData("for (int e = 0; e < 9; e++) { optimizer.zero_grad(); foreach (var batch in args) Loss().backward(); optimizer.step(); }")]
    public Task Accumulation_is_silent(string loop) => Verify<MissingZeroGrad>.Silent(Start + loop);

    [Theory]
    [InlineData("foreach (var batch in args) optimizer.step(() => { optimizer.zero_grad(); var loss = Loss(); loss.backward(); return loss; });")]
    [InlineData("foreach (var batch in args) { Loss().backward(); optimizer.step(); foreach (var p in model.parameters()) p.grad?.zero_(); }")]
    [InlineData("foreach (var batch in args) { Loss().backward(); optimizer.step(); foreach (var p in model.parameters()) p.grad = null; }")]
    [InlineData("foreach (var batch in args) { Loss().backward(); work = optimizer.zero_grad; work(); optimizer.step(); }")]
    [InlineData("var theirs = optim.SGD(model.parameters(), 0.1); foreach (var batch in args) { theirs.zero_grad(); Loss().backward(); theirs.step(); optimizer.step(); }")]
    [InlineData("foreach (var part in model.modules()) { part.zero_grad(); Loss().backward(); optimizer.step(); }")]
    [InlineData("var whole = nn.Sequential(model, other); foreach (var batch in args) { whole.zero_grad(); Loss().backward(); optimizer.step(); }")]
    [InlineData("foreach (var batch in args) { var fresh = optim.Adam(other.parameters()); optimizer.step(); }")]
    [InlineData("Loss().backward(); optimizer.step();")]
    [InlineData("for (int attempt = 0; attempt < 3; attempt++) { try { Loss().backward(); optimizer.step(); break; } catch (InvalidOperationException) { Console.Write(attempt); } }")]
    [InlineData("foreach (var batch in args) { optimizer.zero_grad(); while (true) { Loss().backward(); optimizer.step(); break; } }")]
    public Task What_may_be_zeroed_otherwise_is_silent(string loop) => Verify<MissingZeroGrad>.Silent(Start + loop);

    [Theory]
    [InlineData("for (int seed = 0; seed < 9; seed++) { var net = nn.Linear(4, 1); var own = optim.Adam(net.parameters()); net.call(x).sum().backward(); own.step(); }")]
    [InlineData("for (int seed = 0; seed < 9; seed++) { model = nn.Linear(4, 1); optimizer = optim.Adam(model.parameters()); Loss().backward(); optimizer.step(); }")]
    [InlineData("for (int seed = 0; seed < 9; seed++) Once(); void Once() { var net = nn.Linear(4, 1); var own = optim.Adam(net.parameters()); net.call(x).sum().backward(); own.step(); }")]
    [InlineData("for (int seed = 0; seed < 9; seed++) Once(new Run()); void Once(Run run) { run.Net.call(x).sum().backward(); run.Optimizer.step(); } class Run { public Linear Net = nn.Linear(4, 1); public optim.Optimizer Optimizer; public Run() => Optimizer = optim.Adam(Net.parameters()); }")]
    [InlineData("foreach (var each in new optim.Optimizer[] { optimizer, optim.SGD(other.parameters(), 0.1) }) { Loss().backward(); each.step(); }")]
    [InlineData("for (int seed = 0; seed < 9; seed++) { var p = new Parameter(rand(3)); var own = optim.Adam(new[] { p }); p.sum().backward(); own.step(); }")]
    public Task A_model_of_each_round_is_silent(string loop) => Verify<MissingZeroGrad>.Silent(Start + loop);

    [Fact]
    public Task An_optimizer_of_the_users_own_may_zero_when_it_steps() => Verify<MissingZeroGrad>.Silent("""
        class Fused(IEnumerable<Parameter> parameters) : Adam(new[] { new Adam.ParamGroup(parameters) })
        {
            public override Tensor step(Func<Tensor>? closure = null) { var loss = base.step(closure); zero_grad(); return loss; }
        }
        class T { void Fit(Linear model, Tensor x) { var optimizer = new Fused(model.parameters()); while (true) { model.call(x).sum().backward(); optimizer.step(); } } }
        """);

    [Theory]
    [InlineData("class Trainer<TModel>(TModel model, optim.Optimizer optimizer) where TModel : nn.Module<Tensor, Tensor> { public async Task Fit(IAsyncEnumerable<Tensor> batches) { await foreach (var batch in batches) { await Task.Yield(); model.call(batch).sum().backward(); [|optimizer.step()|]; } } }")]
    [InlineData("abstract class Trainer(optim.Optimizer optimizer) { protected void Update(Tensor loss) { loss.backward(); [|optimizer.step()|]; } } class Mine(optim.Optimizer o, Linear model) : Trainer(o) { void Fit(Tensor[] batches) { foreach (var batch in batches) Update(model.call(batch).sum()); } }")]
    [InlineData("partial class Trainer { optim.Optimizer Optimizer { get; } = optim.SGD(nn.Linear(1, 1).parameters(), 0.1); partial void Update(Tensor loss); } partial class Trainer { void Fit(Tensor[] losses) { foreach (var loss in losses) Update(loss); } partial void Update(Tensor loss) { loss.backward(); [|Optimizer.step()|]; } }")]
    [InlineData("using O = TorchSharp.torch.optim; class Trainer { readonly O.Optimizer _o = O.Adam(nn.Linear(1, 1).parameters()); void Fit(IEnumerable<Tensor> losses) { int i = 0; do { using (var scope = NewDisposeScope()) { losses.First().backward(); [|this._o.step()|]; } } while (++i < 9); } }")]
    public Task Every_shape_of_program_is_read(string code) => Verify<MissingZeroGrad>.Flags(code);

    private const string Trainer = """
        using static TorchSharp.torch.nn.functional;
        abstract class Trainer(nn.Module<Tensor, Tensor> model, optim.Optimizer optimizer)
        {
            protected readonly optim.Optimizer Optimizer = optimizer;
            protected readonly nn.Module<Tensor, Tensor> Model = model;
            protected event Action<int>? Progress;
            public void Fit(IEnumerable<Tensor> batches)
            {
                foreach (var batch in batches)
                {
                    Prepare();
                    Progress?.Invoke(1);
                    Step(batch);
                }
            }
            void Step(Tensor batch)
            {
                using var loss = Model.call(batch).sum();
                loss.backward();
                STEP;
            }

        """;

    [Theory]
    [InlineData("private void Prepare() => Model.train(); }")]
    [InlineData("protected virtual void Prepare() { } }")]
    public Task The_loop_may_be_in_a_caller(string rest) =>
        Verify<MissingZeroGrad>.Flags(Trainer.Replace("STEP", "[|Optimizer.step()|]", StringComparison.Ordinal) + rest);

    [Theory]
    [InlineData("private void Prepare() => Optimizer.zero_grad(); }")]
    [InlineData("private void Prepare() => Model.zero_grad(); }")]
    [InlineData("protected abstract void Prepare(); }")]
    [InlineData("protected virtual void Prepare() { } } class Mine(nn.Module<Tensor, Tensor> m, optim.Optimizer o) : Trainer(m, o) { protected override void Prepare() => Optimizer.zero_grad(); }")]
    [InlineData("private Action prepared = null!; void Prepare() => prepared(); }")]
    [InlineData("private void Prepare() { } public void Once(Tensor x) { Optimizer.zero_grad(); Step(x); } public void Often(Tensor x) { while (true) Once(x); } }")]
    [InlineData("private void Prepare() { } public Action<Tensor> Exposed => Step; }")]
    public Task A_callee_that_may_zero_is_silent(string rest) =>
        Verify<MissingZeroGrad>.Silent(Trainer.Replace("STEP", "Optimizer.step()", StringComparison.Ordinal) + rest);

    private const string Stepped = """
        using static TorchSharp.torch.nn.functional;
        class Setup { public Action<Tensor>? Step { get; init; } public Action<Linear, optim.Optimizer, Tensor>? Update { get; init; } }
        static class Program
        {
            static void Train(Tensor[] batches)
            {
                var model = nn.Linear(4, 1);
                var optimizer = optim.Adam(model.parameters());
                foreach (var batch in batches) { BEFORE Step(model, optimizer, batch); }
            }
            static void Step(Linear model, optim.Optimizer optimizer, Tensor x) { FIRST mse_loss(model.call(x), x).backward(); STEP; }

        """;

    private static string StepOf(string rest, string before = "", string first = "", string step = "[|optimizer.step()|]") => Stepped
        .Replace("BEFORE", before, StringComparison.Ordinal).Replace("FIRST", first, StringComparison.Ordinal).Replace("STEP", step, StringComparison.Ordinal) + rest + " }";

    [Theory]
    [InlineData("")]
    [InlineData("static Setup Of(Linear model, optim.Optimizer optimizer) => new() { Step = x => Step(model, optimizer, x) };")]
    [InlineData("static Setup Of() => new() { Update = (model, optimizer, x) => Step(model, optimizer, x) };")]
    [InlineData("static void Run(Linear m, optim.Optimizer o, List<Tensor> xs) => xs.ForEach(x => Step(m, o, x));")]
    public Task A_lambda_that_runs_out_of_sight_does_not_hide_the_loop(string rest) => Verify<MissingZeroGrad>.Flags(StepOf(rest));

    [Theory]
    [InlineData("", "optimizer.zero_grad();", "")]
    [InlineData("", "", "optimizer.zero_grad();")]
    [InlineData("static Setup Of(Linear model, optim.Optimizer optimizer) => new() { Step = x => Step(model, optimizer, x) };", "optimizer.zero_grad();", "")]
    [InlineData("static Setup Of() => new() { Update = Step };", "", "")]
    [InlineData("static void Once(Linear m, optim.Optimizer o, Tensor[] xs) { foreach (var x in xs) { o.zero_grad(); Step(m, o, x); } }", "", "")]
    [InlineData("static Action Prepare = () => { };", "Prepare();", "")]
    public Task A_loop_that_zeroes_or_may_is_silent(string rest, string before, string first) => Verify<MissingZeroGrad>.Silent(StepOf(rest, before, first, "optimizer.step()"));

    [Fact]
    public Task A_lambda_alone_says_nothing_of_loops() => Verify<MissingZeroGrad>.Silent("""
        class Setup { public Action<Tensor>? Step { get; init; } }
        static class Program
        {
            static Setup Of(Linear model, optim.Optimizer optimizer) => new() { Step = x => Step(model, optimizer, x) };
            static void Step(Linear model, optim.Optimizer optimizer, Tensor x) { model.call(x).sum().backward(); optimizer.step(); }
        }
        """);

    [Fact]
    public Task Code_that_does_not_compile_is_left_alone() =>
        Verify<MissingZeroGrad>.SilentOnBroken("while (true) { loss.backward(); optim.SGD(.step(); }");

    [Fact]
    public Task The_fix_zeroes_before_backward() => Verify<MissingZeroGrad>.Fixes(
        Start + """
        foreach (var batch in args)
        {
            using var loss = Loss();

            // learn
            loss.backward();
            [|optimizer.step()|]; // done
        }
        """,
        Start + """
        foreach (var batch in args)
        {
            using var loss = Loss();

            // learn
            optimizer.zero_grad();
            loss.backward();
            optimizer.step(); // done
        }
        """);

    [Theory]
    [InlineData("while (true)\n{\n    foreach (var batch in args) Loss().backward();\n    [|optimizer.step()|];\n}", "while (true)\n{\n    optimizer.zero_grad();\n    foreach (var batch in args) Loss().backward();\n    optimizer.step();\n}")]
    [InlineData("while (true)\n    [|optimizer.step(() =>\n    {\n        var loss = Loss();\n        loss.backward();\n        return loss;\n    })|];", "while (true)\n    optimizer.step(() =>\n    {\n        var loss = Loss();\n        optimizer.zero_grad();\n        loss.backward();\n        return loss;\n    });")]
    public Task The_fix_keeps_accumulation_and_closures(string flagged, string cured) => Verify<MissingZeroGrad>.Fixes(Start + flagged, Start + cured);

    [Theory]
    [InlineData("foreach (var batch in args) { if (args.Length > 3) { Loss().backward(); } else { Loss().backward(); } [|optimizer.step()|]; }")]
    [InlineData("foreach (var batch in args) { Backpropagate(); Step(); } void Backpropagate() => Loss().backward(); void Step() => [|optimizer.step()|];")]
    public Task No_fix_is_offered_where_a_path_would_miss_it(string loop) => Verify<MissingZeroGrad>.HasNoFix(Start + loop);

    [Fact]
    public Task Everything_is_fixed_at_once() => Verify<MissingZeroGrad>.FixesAll(
        ["class A { void M(Tensor a, optim.Optimizer o) { while (true)\n{\n    a.sum().backward();\n    [|o.step()|];\n} } }"],
        ["class A { void M(Tensor a, optim.Optimizer o) { while (true)\n{\n    o.zero_grad();\n    a.sum().backward();\n    o.step();\n} } }"]);
}
